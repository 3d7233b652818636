import type { AuthorityDirectory, AuthorityDocument, AuthorityKeys } from '../../../core/device/authority.ts';
import { settled } from './device-store.ts';
import type { MemoryTables } from './tables.ts';

export function memoryAuthorityDirectory(tables: MemoryTables): AuthorityDirectory {
  return {
    async authorities() {
      await settled();
      return tables.authorities;
    },
    async publish(authorities) {
      await settled();
      tables.beforeWrite('authorities.publish');
      if (tables.authorities === undefined || tables.authorities.revision < authorities.revision) tables.authorities = authorities;
    },
  };
}

/** A secret in memory. */
export function memoryAuthorityKeys(tables: MemoryTables): AuthorityKeys {
  let stored: AuthorityDocument | undefined;
  const read = async (): Promise<AuthorityDocument | undefined> => {
    await settled();
    return stored;
  };
  return {
    current: read, fresh: read,
    async establish(make) {
      if (stored !== undefined) return stored;
      const made = await make();
      tables.beforeWrite('authorityKeys.establish');
      stored ??= made;
      return stored;
    },
    async change(change) {
      await settled();
      const changed = change(stored);
      tables.beforeWrite('authorityKeys.change');
      stored = changed;
      return changed;
    },
  };
}
