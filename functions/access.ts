/** EventBridge, when CloudFront has put an access log into the bucket: loads of branches, downloads of instructions. */
import type { EventBridgeEvent } from 'aws-lambda';
import { takeAccess } from '../core/catalog/take-access.ts';
import { accessLogName, decodeAccessLog, packageFetch } from '../protocol/access-log.ts';
import { accessLogs, accessServices, log } from './services.ts';

const services = accessServices();
const files = accessLogs();

export async function handler({ detail }: EventBridgeEvent<'Object Created', { readonly object: { readonly key: string } }>): Promise<void> {
  const name = accessLogName(detail.object.key);
  if (name === undefined) {
    log.warn('a file among the access logs is none');
    return;
  }
  const fetches = Iterator.from(decodeAccessLog(await files.read(detail.object.key))).map(packageFetch).filter((fetch) => fetch !== undefined).toArray();
  await takeAccess(services, name, fetches);
  log.info('access log taken', { log: name, fetches: fetches.length });
}
