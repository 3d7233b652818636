/**
 * Which device tokens exist, which are connected, and the last push for those that are not. Durable in shards by the
 * token's first byte, so that a push for one of thousands of devices writes a small record; what changes together is
 * written together, at the end of the event loop's turn. A kill within that turn may lose a push: APNs promises no more,
 * and the server pushes again.
 */
import { SECOND, type Clock, type Instant } from '../../core/ambient.ts';
import type { StateStore } from '../state-store.ts';

export interface Push {
  readonly id: string;
  /** Lower-case hexadecimal. */
  readonly token: string;
  readonly payload: unknown;
  /** The instant after which it is not delivered any more. */
  readonly expiresAt: Instant;
}

interface Registration {
  /** Absent while the token is valid; else the instant since which it is not. */
  readonly unregisteredAt?: Instant;
  /** The one push kept for a device that is off: a later one replaces it. */
  readonly stored?: Push;
}

type Shard = Record<string, Registration>;

/** `unknown`: never registered; `gone`: no longer, since `at`. */
export type TokenStanding = { readonly is: 'valid' } | { readonly is: 'unknown' } | { readonly is: 'gone'; readonly at: Instant };

export class TokenRegistry {
  readonly #store: StateStore;
  readonly #clock: Clock;
  readonly #shards = new Map<string, Shard>();
  readonly #changed = new Set<string>();

  constructor(store: StateStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  register(token: string): void {
    const { stored } = this.#find(token) ?? {};
    this.#put(token, stored === undefined ? {} : { stored });
  }

  /** From now on the token answers 410 with this instant. */
  unregister(token: string): void {
    if (this.standing(token).is === 'valid') this.#put(token, { unregisteredAt: this.#clock.now() });
  }

  standing(token: string): TokenStanding {
    const found = this.#find(token);
    if (found === undefined) return { is: 'unknown' };
    return found.unregisteredAt === undefined ? { is: 'valid' } : { is: 'gone', at: found.unregisteredAt };
  }

  /** Keeps the push until its device connects. One that expires at once is not kept (`apns-expiration: 0`). */
  keep(push: Push): void {
    if (this.standing(push.token).is === 'valid' && push.expiresAt > this.#clock.now()) this.#put(push.token, { stored: push });
  }

  /** Takes out the push kept for the token, unless it has expired. */
  take(token: string): Push | undefined {
    const found = this.#find(token);
    if (found?.stored === undefined) return undefined;
    const { stored, ...rest } = found;
    this.#put(token, rest);
    return stored.expiresAt > this.#clock.now() ? stored : undefined;
  }

  #find(token: string): Registration | undefined {
    return this.#shard(token)[token];
  }

  #put(token: string, registration: Registration): void {
    const shard = this.#shard(token);
    shard[token] = registration;
    if (this.#changed.size === 0) setImmediate(() => { this.flush(); });
    this.#changed.add(shardName(token));
  }

  /** Writes what has changed. */
  flush(): void {
    for (const name of this.#changed) this.#store.save(name, this.#shards.get(name));
    this.#changed.clear();
  }

  #shard(token: string): Shard {
    const name = shardName(token);
    const shard = this.#shards.get(name) ?? this.#store.load<Shard>(name) ?? {};
    this.#shards.set(name, shard);
    return shard;
  }
}

function shardName(token: string): string {
  return `apns/tokens-${token.slice(0, 2)}`;
}

/** `apns-expiration` (seconds since the epoch, 0 = now or never) as an instant; without the header, 30 days. */
export function expiryOf(header: string | undefined, now: Instant): Instant {
  if (header === undefined || !/^\d{1,12}$/.test(header)) return now + 30 * 86_400 * SECOND;
  return Number(header) * SECOND;
}
