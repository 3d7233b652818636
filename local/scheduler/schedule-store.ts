/** Schedules on disk, in shards by the hash of their key: one that changes rewrites a few, not thousands. */
import { createHash } from 'node:crypto';
import type { StateStore } from '../state-store.ts';
import { keyOf, type Schedule } from './schedule.ts';

const SHARDS = 64;

type Shard = Record<string, Schedule>;

export class ScheduleStore {
  readonly #store: StateStore;
  readonly #shards: Shard[];

  constructor(store: StateStore) {
    this.#store = store;
    this.#shards = Array.from({ length: SHARDS }, (_, index) => store.load<Shard>(shardName(index)) ?? {});
  }

  get(key: string): Schedule | undefined {
    return this.#shards[shardOf(key)]?.[key];
  }

  /** All schedules, by group and name. */
  all(): readonly Schedule[] {
    return this.#shards.flatMap((shard) => Object.values(shard)).sort((a, b) => (keyOf(a.group, a.body.Name) < keyOf(b.group, b.body.Name) ? -1 : 1));
  }

  /** Durable when it returns. */
  put(schedule: Schedule): void {
    const key = keyOf(schedule.group, schedule.body.Name);
    this.#change(key, (shard) => ({ ...shard, [key]: schedule }));
  }

  remove(key: string): void {
    this.#change(key, (shard) => Object.fromEntries(Object.entries(shard).filter(([each]) => each !== key)));
  }

  #change(key: string, change: (shard: Shard) => Shard): void {
    const index = shardOf(key);
    const shard = change(this.#shards[index] ?? {});
    this.#store.save(shardName(index), shard);
    this.#shards[index] = shard;
  }
}

function shardOf(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) % SHARDS;
}

function shardName(index: number): string {
  return `scheduler/schedules-${index}`;
}
