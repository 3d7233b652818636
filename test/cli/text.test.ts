import { describe, expect, it } from 'vitest';
import { percent } from '../../cli/text.ts';

describe('a share for people', () => {
  it.each([[0, 0, '0 %'], [0.3, 0, '30 %'], [1, 0, '100 %'], [0.025, 1, '2.5 %'], [0.1, 1, '10 %'], [0.004, 0, '<1 %'], [0.0004, 1, '<0.1 %'], [1.2, 0, '120 %']])('of %d to %i decimals is %s', (share, decimals, text) => {
    expect(percent(share, decimals)).toBe(text);
  });
});
