import type { PushFacts } from '../../../core/device/push-certificate.ts';
import type { Key } from '../batch.ts';
import { number, record, text, type Read } from '../read.ts';

export const PUSH_FACTS: Key = { pk: 'push-certificate', sk: 'facts' };

export const readPushFacts: Read<PushFacts> = record({ topic: text, expiresAt: number });
