/** EventBridge: a file on the communication server was put, replaced or removed. */
import type { EventBridgeEvent } from 'aws-lambda';
import { takeFileEvent } from '../core/catalog/watch-files.ts';
import { fileEventServices } from './services.ts';

const services = fileEventServices();

export async function handler({ detail }: EventBridgeEvent<string, { readonly object: { readonly key: unknown } }>): Promise<void> {
  await takeFileEvent(services, String(detail.object.key));
}
