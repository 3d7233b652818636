import { describe, expect, it } from 'vitest';
import { sharedKeys } from '../../simulator/shared-keys.ts';

describe('shared keys', () => {
  it('are made once each, and taken in turns', async () => {
    const keyOf = sharedKeys(2);
    const [first, second, third, fourth] = await Promise.all([keyOf(), keyOf(), keyOf(), keyOf()]);
    expect(third).toBe(first);
    expect(fourth).toBe(second);
    expect(second).not.toBe(first);
    expect(first.asymmetricKeyDetails?.modulusLength).toBe(2048);
  });
});
