import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { longest, rankOf } from './longest-first.ts';

const root = join(import.meta.dirname, '..', '..');

describe('the order of test files', () => {
  it('names files that there are', () => {
    expect(longest.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it('begins with the longest, goes on with what boots a cloud, and ends with what is soon over', () => {
    const paths = ['test/core/site.test.ts', 'test/e2e/events.test.ts', ...longest.toReversed()].map((file) => join(root, file));
    expect(paths.toSorted((a, b) => rankOf(a) - rankOf(b))).toEqual([...longest, 'test/e2e/events.test.ts', 'test/core/site.test.ts'].map((file) => join(root, file)));
  });
});
