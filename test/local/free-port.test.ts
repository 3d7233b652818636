import { describe, expect, it } from 'vitest';
import { freePort } from '../../local/free-port.ts';

describe('a free port', () => {
  it('is given to one alone, though nobody listens there yet: of three hundred that were merely free, two would be the same', async () => {
    const ports = await Promise.all(Array.from({ length: 300 }, () => freePort()));
    expect(new Set(ports).size).toBe(300);
  });
});
