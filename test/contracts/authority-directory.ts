import { beforeEach, describe, expect, it } from 'vitest';
import type { KnownAuthorities } from '../../core/device/authority.ts';
import { many, MORNING, uniqueDigest } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

export function authorityDirectoryContract(open: OpenStores): void {
  describe('the directory of authorities', () => {
    let stores: Stores;
    beforeEach(async () => {
      stores = await open();
    });
    const known = (revision: number): KnownAuthorities => ({
      revision, current: { fingerprint: uniqueDigest('authority'), certificate: `certificate ${revision}`, chain: ['root'] },
      former: many(revision, (n) => ({ fingerprint: uniqueDigest('former'), certificate: `former ${n}`, chain: [], replacedAt: MORNING + n })),
    });

    it('knows none before one is published, and then that', async () => {
      expect(await stores.authorityDirectory.authorities()).toBeUndefined();
      const first = known(0);
      await stores.authorityDirectory.publish(first);
      await stores.authorityDirectory.publish(first);
      expect(await stores.authorityDirectory.authorities()).toEqual(first);
    });

    it('never goes back to an earlier revision, whoever publishes last', async () => {
      const [first, third] = [known(0), known(2)];
      await stores.authorityDirectory.publish(third);
      await stores.authorityDirectory.publish(first);
      expect(await stores.authorityDirectory.authorities()).toEqual(third);
      const all = many(6, (n) => known(n + 3));
      await Promise.all(all.map((each) => stores.authorityDirectory.publish(each)));
      expect((await stores.authorityDirectory.authorities())?.revision).toBe(8);
    });
  });
}
