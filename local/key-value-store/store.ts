/** CloudFront's key value stores: what functions at the edge look up. Kept as one document each. */
import { randomUUID } from 'node:crypto';
import type { Clock, Instant } from '../../core/ambient.ts';
import { AwsError } from '../aws/service.ts';
import type { StateStore } from '../state-store.ts';

interface Kept {
  readonly etag: string;
  readonly createdAt: Instant;
  readonly changedAt: Instant;
  readonly items: Readonly<Record<string, string>>;
}

export interface KeyValueChange {
  readonly puts: readonly { readonly key: string; readonly value: string }[];
  readonly deletes: readonly string[];
}

export class KeyValueStores {
  readonly #store: StateStore;
  readonly #clock: Clock;
  readonly #stores: Map<string, Kept>;

  constructor(arns: readonly string[], store: StateStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    const now = clock.now();
    this.#stores = new Map(arns.map((arn) => [arn, store.load<Kept>(documentOf(arn)) ?? { etag: newTag(), createdAt: now, changedAt: now, items: {} }]));
  }

  /** Throws ResourceNotFoundException. */
  find(arn: string): Kept {
    const found = this.#stores.get(arn);
    if (found === undefined) throw new AwsError('ResourceNotFoundException', 'The key value store was not found.', 404);
    return found;
  }

  /** The value, or undefined. Throws ResourceNotFoundException where there is no such store. */
  value(arn: string, key: string): string | undefined {
    const { items } = this.find(arn);
    return Object.hasOwn(items, key) ? items[key] : undefined;
  }

  /** All or nothing, if the store is still as `ifMatch` says. Throws ConflictException, ResourceNotFoundException for a key to delete that is not there. */
  change(arn: string, ifMatch: string | undefined, { puts, deletes }: KeyValueChange): Kept {
    const before = this.find(arn);
    if (ifMatch !== before.etag) throw new AwsError('ConflictException', 'Pre-Condition failed: the key value store has another version.', 409);
    const items = new Map(Object.entries(before.items));
    for (const key of deletes) if (!items.delete(key)) throw new AwsError('ResourceNotFoundException', 'The key was not found.', 404);
    for (const { key, value } of puts) items.set(key, value);
    const after: Kept = { ...before, etag: newTag(), changedAt: this.#clock.now(), items: Object.fromEntries(items) };
    this.#store.save(documentOf(arn), after);
    this.#stores.set(arn, after);
    return after;
  }
}

function documentOf(arn: string): string {
  return `key-value-store/${arn.split('/')[1] ?? ''}`;
}

function newTag(): string {
  return `KV${randomUUID().replaceAll('-', '').toUpperCase().slice(0, 12)}`;
}
