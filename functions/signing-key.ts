/** CloudFormation custom resource: the key pair of signed package links. Made once; later requests get the same one. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from 'aws-lambda';
import { linkKeys, log } from './services.ts';

/** CloudFormation waits for an answer at the address it gives, whatever happens here. */
export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  const { RequestId, StackId, LogicalResourceId } = event;
  const answer = { RequestId, StackId, LogicalResourceId, PhysicalResourceId: 'wavecast-link-keys' };
  try {
    await respond(event, { ...answer, Status: 'SUCCESS', ...(event.RequestType === 'Delete' ? {} : { Data: { PublicKeyPem: await publicKey() } }) });
  } catch (error) {
    log.error('the link keys were not made', { error: error instanceof Error ? error.name : 'unknown' });
    await respond(event, { ...answer, Status: 'FAILED', Reason: 'The link keys could not be made; see the log of the function.' });
  }
}

/** Deleting the resource leaves the keys: links that are out there must stay good. */
async function publicKey(): Promise<string> {
  const keys = await linkKeys().establish(() => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return Promise.resolve({
      privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      linkKey: randomBytes(32).toString('base64url'),
    });
  });
  return keys.publicKey;
}

async function respond(event: CloudFormationCustomResourceEvent, response: CloudFormationCustomResourceResponse): Promise<void> {
  const answer = await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(response) });
  if (!answer.ok) throw new Error(`CloudFormation answered ${answer.status}.`);
}
