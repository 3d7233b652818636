import { describe, expect, it } from 'vitest';
import type { OpenStores } from './stores.ts';

/** What the store of the push certificate's facts promises. */
export function pushFactsContract(open: OpenStores): void {
  const facts = { topic: 'com.apple.mgmt.External.ours', expiresAt: 1_772_442_000_000 };

  describe('the facts of the push certificate', () => {
    it('are none before there is one, and then those kept last', async () => {
      const { pushFacts } = await open();
      expect(await pushFacts.facts()).toBeUndefined();
      await pushFacts.keep(facts);
      await pushFacts.keep({ ...facts, expiresAt: facts.expiresAt + 1 });
      expect(await pushFacts.facts()).toEqual({ ...facts, expiresAt: facts.expiresAt + 1 });
    });

    it('hold nothing of the certificate itself', async () => {
      const { pushFacts } = await open();
      const certificate = { ...facts, certificate: 'PEM', key: 'secret' };
      await pushFacts.keep(certificate);
      expect(await pushFacts.facts()).toEqual(facts);
    });
  });
}
