/**
 * Where the provider keeps what it issued. The library knows only the machine's time; refresh tokens live by the local
 * clock all the same: their end is kept here, and what is handed out says how long that is from now. Sessions, codes
 * and logins under way belong to a person at a keyboard and stay on real time.
 */
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { SECOND, type Clock, type Instant } from '../../core/ambient.ts';
import type { StateStore } from '../state-store.ts';

const onLocalClock: ReadonlySet<string> = new Set(['RefreshToken', 'AccessToken', 'ClientCredentials']);

interface Entry {
  readonly payload: AdapterPayload;
  /** On the clock of its model. */
  readonly expiresAt: Instant;
}

type Entries = Record<string, Entry>;

/** Gives the adapter of a model. All models of one provider share the store. */
export function adapterFactory(store: StateStore, clock: Clock): (model: string) => Adapter {
  const adapters = new Map<string, StoredModel>();
  return (model) => {
    const adapter = adapters.get(model) ?? new StoredModel(store, model, onLocalClock.has(model) ? () => clock.now() : () => Date.now());
    adapters.set(model, adapter);
    return adapter;
  };
}

class StoredModel implements Adapter {
  readonly #store: StateStore;
  readonly #document: string;
  readonly #now: () => Instant;
  #entries: Entries;

  constructor(store: StateStore, model: string, now: () => Instant) {
    this.#store = store;
    this.#document = `oidc/${model}`;
    this.#now = now;
    this.#entries = store.load<Entries>(this.#document) ?? {};
  }

  upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    // Without an end: what the library keeps for ever.
    const expiresAt = Number.isFinite(expiresIn) ? this.#now() + expiresIn * SECOND : Number.MAX_SAFE_INTEGER;
    this.#replace({ ...this.#entries, [id]: { payload, expiresAt } });
    return Promise.resolve();
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve(this.#read(this.#entries[id]));
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve(this.#read(Object.values(this.#entries).find(({ payload }) => payload.uid === uid)));
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve(this.#read(Object.values(this.#entries).find(({ payload }) => payload.userCode === userCode)));
  }

  consume(id: string): Promise<void> {
    const entry = this.#entries[id];
    if (entry !== undefined) this.#replace({ ...this.#entries, [id]: { ...entry, payload: { ...entry.payload, consumed: Math.floor(Date.now() / SECOND) } } });
    return Promise.resolve();
  }

  destroy(id: string): Promise<void> {
    this.#replace(Object.fromEntries(Object.entries(this.#entries).filter(([each]) => each !== id)));
    return Promise.resolve();
  }

  revokeByGrantId(grantId: string): Promise<void> {
    this.#replace(Object.fromEntries(Object.entries(this.#entries).filter(([, { payload }]) => payload.grantId !== grantId)));
    return Promise.resolve();
  }

  #read(entry: Entry | undefined): AdapterPayload | undefined {
    if (entry === undefined || entry.expiresAt <= this.#now()) return undefined;
    const remaining = Math.ceil((entry.expiresAt - this.#now()) / SECOND);
    return { ...entry.payload, exp: Math.floor(Date.now() / SECOND) + remaining };
  }

  /** What has expired goes with the next write. */
  #replace(entries: Entries): void {
    const now = this.#now();
    this.#entries = Object.fromEntries(Object.entries(entries).filter(([, { expiresAt }]) => expiresAt > now));
    this.#store.save(this.#document, this.#entries);
  }
}
