import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../../core/catalog/version-order.ts';

const part = fc.oneof(fc.nat(20).map(String), fc.constantFrom('', '00', '01', '10', '0b1', '1b2', '1b10', 'beta', 'rc', '1e3', ' 1', '-1', 'Infinity', '0x10'));
const version = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
const order = (a: string, b: string): number => Math.sign(compareVersions(a, b));

describe('the order of versions', () => {
  it.each([
    ['1.10', '1.9', 1], ['1.9', '1.10', -1], ['2.0', '10.0', -1], ['1', '1.0.0', 0], ['1.0.1', '1', 1], ['01.2', '1.2', 0], ['17.4.1', '17.4', 1], ['1.0b2', '1.0b1', 1], ['', '0', 0], ['', '16.0', -1],
  ])('of %s and %s', (a, b, expected) => {
    expect(order(a, b)).toBe(expected);
  });

  it('is the opposite from the other side, and the same for the same', () => {
    fc.assert(fc.property(version, version, (a, b) => {
      expect(order(a, b) + order(b, a)).toBe(0);
      expect(order(a, a)).toBe(0);
    }));
  });

  it('is transitive: a list has one order, wherever it starts', () => {
    fc.assert(fc.property(version, version, version, (a, b, c) => {
      if (order(a, b) <= 0 && order(b, c) <= 0) expect(order(a, c)).toBeLessThanOrEqual(0);
      if (order(a, b) < 0 && order(b, c) <= 0) expect(order(a, c)).toBe(-1);
    }), { numRuns: 3_000 });
  });

  it('puts equals in the same place: what is equal to one is ordered like it', () => {
    fc.assert(fc.property(version, version, version, (a, b, c) => {
      if (order(a, b) === 0) expect(order(a, c)).toBe(order(b, c));
    }), { numRuns: 3_000 });
  });

  it('does not change with zeros at the end', () => {
    fc.assert(fc.property(version, fc.nat(3), (a, zeros) => {
      expect(order(a, a + '.0'.repeat(zeros))).toBe(0);
    }));
  });
});
