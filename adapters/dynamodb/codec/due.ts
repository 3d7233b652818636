import { createHash } from 'node:crypto';
import { HOUR, type Instant } from '../../../core/ambient.ts';
import { dueKinds, type Due } from '../../../core/instruction/store.ts';
import type { Item, Key } from '../batch.ts';
import { number, oneOf, record, text, type Read } from '../read.ts';

/** Partitions of an hour: a thousand branches that open at the same minute do not write to the same one. */
export const SHARDS = 4;

export const SWEEP_MARK: Key = { pk: 'sweep', sk: 'mark' };

export function duePartition(instant: Instant, shard: number): string {
  return `due#${new Date(instant - (instant % HOUR)).toISOString().slice(0, 13)}#${shard}`;
}

export function dueKey({ at, kind, subject, step }: Due): Key {
  const shard = createHash('sha256').update(subject).digest().readUInt8(0) % SHARDS;
  return { pk: duePartition(at, shard), sk: `${isoTime(at)}#${kind}#${subject}#${step}` };
}

/** Sorts as the instants do. */
export function isoTime(instant: Instant): string {
  return new Date(instant).toISOString();
}

export function dueItem(due: Due): Item {
  return { ...dueKey(due), ...due };
}

export const readDue: Read<Due> = record({ at: number, kind: oneOf(dueKinds), subject: text, step: number });

export const readMark = record({ at: number });
