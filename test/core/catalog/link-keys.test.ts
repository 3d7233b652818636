import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goodGenerations, isRotated, ofGeneration, rotated } from '../../../core/catalog/link-keys.ts';

interface Key {
  readonly generation: number;
  readonly made: number;
}

/** Goes through deployments that name these generations, from nothing. */
function deployed(generations: readonly number[]): readonly (readonly Key[])[] {
  let made = 0;
  let kept: readonly Key[] = [];
  return generations.map((present) => (kept = isRotated(kept, present) ? kept : rotated(kept, present, (generation) => ({ generation, made: (made += 1) }))));
}
const good = (kept: readonly Key[] = [], present: number) => kept.filter(({ generation }) => goodGenerations(present).includes(generation));

describe('the keys of links', () => {
  it.each<[number, readonly number[]]>([[1, [1, 2]], [2, [1, 2, 3]], [7, [6, 7, 8]]])('of generation %i are good beside %j', (present, expected) => {
    expect(goodGenerations(present)).toEqual(expected);
  });

  it('that were good before a rotation by one are good after it: links that are out stay so, and the new one was known everywhere', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 50 }), (present) => {
      const [before = [], after = []] = deployed([present, present + 1]);
      for (const generation of [present, present + 1]) expect(ofGeneration(after, generation)).toBe(ofGeneration(before, generation));
    }));
  });

  it('are found again as they were where a rotation is taken back', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 50 }), (present) => {
      const [before, , back] = deployed([present, present + 1, present]);
      expect(good(back, present).slice(0, -1)).toEqual(good(before, present).slice(0, -1));
    }));
  });

  it('are all others where three generations are passed over, as after a theft', () => {
    const [before = [], after] = deployed([4, 7]);
    expect(good(after, 7).filter((key) => before.includes(key))).toEqual([]);
  });

  it('stay as they are where the same is deployed again', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1 }), (generations) => {
      const [last = 1] = generations.slice(-1);
      const [once, twice] = deployed([...generations, last]).slice(-2);
      expect(twice).toBe(once);
    }));
  });

  it('that are not there are missed with the way out', () => {
    expect(() => ofGeneration(deployed([1])[0] ?? [], 5)).toThrow(expect.objectContaining({ code: 'internal', remedy: expect.any(String) as string }));
  });
});
