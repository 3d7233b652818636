/** Which partition keys take the writes: how many each takes in a second, and how much of all. */
import { SECOND, type Instant } from '../../core/ambient.ts';
import type { MeteredCall } from '../../local/dynamodb/meter.ts';

export interface Heat {
  readonly writes: number;
  readonly keys: number;
  /** The most that one key took within a second of the cloud's own time. */
  readonly mostPerSecond: number;
  /** What kind of key that was: `instructions wave`. */
  readonly hottest: string;
  /** The largest share of all writes that went to one key, 0 to 1. */
  readonly largestShare: number;
  readonly largest: string;
}

export class HeatLedger {
  readonly #totals = new Map<string, number>();
  #second = 0;
  #within = new Map<string, number>();
  #mostPerSecond = 0;
  #hottest = '';
  #writes = 0;

  /** Calls come in order of their time. */
  enter({ writtenKeys }: Pick<MeteredCall, 'writtenKeys'>, now: Instant): void {
    const second = Math.floor(now / SECOND);
    if (second !== this.#second) [this.#second, this.#within] = [second, new Map<string, number>()];
    for (const key of writtenKeys) {
      this.#writes += 1;
      this.#totals.set(key, (this.#totals.get(key) ?? 0) + 1);
      const count = (this.#within.get(key) ?? 0) + 1;
      this.#within.set(key, count);
      if (count > this.#mostPerSecond) [this.#mostPerSecond, this.#hottest] = [count, key];
    }
  }

  get heat(): Heat {
    let largest: readonly [key: string, count: number] = ['', 0];
    for (const entry of this.#totals) if (entry[1] > largest[1]) largest = entry;
    return { writes: this.#writes, keys: this.#totals.size, mostPerSecond: this.#mostPerSecond, hottest: kindOf(this.#hottest), largestShare: this.#writes === 0 ? 0 : largest[1] / this.#writes, largest: kindOf(largest[0]) };
  }
}

/** `TablesDevices704C53B1/device#…` is `devices device`: kinds of keys, no ids. */
export function kindOf(key: string): string {
  const [table = '', partition = ''] = key.split(/\/(.*)/s);
  return `${table.replace(/^.*Tables/, '').replace(/[0-9A-F]{8}.*$/, '').toLowerCase()} ${partition.split('#')[0] ?? ''}`.trim();
}
