/**
 * CloudFormation custom resource: the keys of download links, of the generation that the deployment names, its former and its
 * next. Each is made once; later requests get the same ones.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from 'aws-lambda';
import { log, manifestLinkKeys, packageLinkKeys } from './services.ts';

/** CloudFormation waits for an answer at the address it gives, whatever happens here. */
export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  const { RequestId, StackId, LogicalResourceId } = event;
  const answer = { RequestId, StackId, LogicalResourceId, PhysicalResourceId: 'wavecast-link-keys' };
  try {
    // Deleting the resource leaves the keys: links that are out there must stay good.
    await respond(event, { ...answer, Status: 'SUCCESS', ...(event.RequestType === 'Delete' ? {} : { Data: await publicKeys(Number(event.ResourceProperties['Generation'])) }) });
  } catch (error) {
    log.error('the link keys were not made', { error: error instanceof Error ? error.name : 'unknown' });
    await respond(event, { ...answer, Status: 'FAILED', Reason: 'The link keys could not be made; see the log of the function.' });
  }
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

async function respond(event: CloudFormationCustomResourceEvent, response: CloudFormationCustomResourceResponse): Promise<void> {
  const answer = await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(response) });
  if (!answer.ok) throw new Error(`CloudFormation answered ${answer.status}.`);
}
