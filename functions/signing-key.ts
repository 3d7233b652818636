/**
 * CloudFormation custom resource: the keys of download links, of the generation that the deployment names, its former and its
 * next. Each is made once; later requests get the same ones.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answerCloudFormation } from './custom-resource.ts';
import { manifestLinkKeys, packageLinkKeys } from './services.ts';

/** Deleting the resource leaves the keys: links that are out there must stay good. */
export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  await answerCloudFormation(event, { physicalId: 'wavecast-link-keys', failure: 'the link keys were not made' }, async () => (event.RequestType === 'Delete' ? {} : publicKeys(Number(event.ResourceProperties['Generation']))));
}

/** By the names of attributes: `PublicKeyPem<generation>`. */
async function publicKeys(generation: number): Promise<Readonly<Record<string, string>>> {
  if (!Number.isSafeInteger(generation) || generation < 1) throw new TypeError('The resource names no generation.');
  await manifestLinkKeys().rotate(generation, (of) => ({ generation: of, key: randomBytes(32).toString('base64url') }));
  const keys = await packageLinkKeys().rotate(generation, (of) => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return { generation: of, privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString() };
  });
  return Object.fromEntries(keys.map(({ generation: of, publicKey }) => [`PublicKeyPem${of}`, publicKey]));
}
