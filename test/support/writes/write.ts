import type { Stores } from '../../contracts/stores.ts';

/** The call, ready to be made by other stores over the same tables. */
export interface PreparedWrite {
  readonly call: (stores: Stores) => Promise<unknown>;
  /** What it answers when it is the first; nothing where this is absent. */
  readonly answer?: unknown;
}

/** Something that stores can be asked to write. */
export interface Write {
  /** Puts in place what must be there beforehand. */
  readonly prepare: (stores: Stores) => PreparedWrite | Promise<PreparedWrite>;
  /** No conflict is met: no transaction writes the same items, or it is a batch, which leaves such items over. */
  readonly conflicts?: false;
}

export type Writes = Readonly<Record<string, Write>>;
