import type { PushFault } from '../../../core/rollout/push-fault.ts';
import type { Item, Key } from '../batch.ts';
import { number, record, text, type Read } from '../read.ts';

export const PUSH_FAULT: Key = { pk: 'push-fault', sk: 'push-fault' };

export function pushFaultItem(fault: PushFault): Item {
  return { ...PUSH_FAULT, ...fault, ttl: Math.ceil(fault.until / 1000) };
}

export const readPushFault: Read<PushFault> = record({ reason: text, until: number });
