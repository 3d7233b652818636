import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../core/audit.ts';
import { auditFits, auditOfDay, findAudit, type AuditFilter } from '../../core/find-audit.ts';

const record = (index: number, who: string, action: string): AuditRecord => ({ at: index, who, role: 'admin', action, subject: String(index) });
const records = fc.array(fc.tuple(fc.constantFrom('ada', 'bo'), fc.constantFrom('plan.start', 'plan.pause', 'device.move')), { maxLength: 3_000 }).map((rows) => rows.map(([who, action], index) => record(index, who, action)));
const filters = fc.record({ who: fc.constantFrom(undefined, 'AD', 'nobody'), action: fc.constantFrom(undefined, 'plan', 'plan.start', 'pla') });

/** A day whose cursor is the index of what follows. */
const logOf = (all: readonly AuditRecord[]) => ({
  ofDay: (_: string, after: string | undefined, limit: number) => {
    const from = Number(after ?? 0);
    return Promise.resolve({ items: all.slice(from, from + limit), ...(from + limit < all.length ? { next: String(from + limit) } : {}) });
  },
});

async function pages(all: readonly AuditRecord[], filter: AuditFilter, limit: number): Promise<readonly (readonly AuditRecord[])[]> {
  const found: (readonly AuditRecord[])[] = [];
  for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
    const { items, next } = await findAudit(logOf(all), '2026-11-23', filter, after, limit);
    found.push(items);
    after = next;
  }
  return found;
}

describe('what is looked for in the audit log', () => {
  it('is found once and in order, on pages no longer than they may be', async () => {
    await fc.assert(fc.asyncProperty(records, filters, fc.integer({ min: 1, max: 200 }), async (all, filter, limit) => {
      const found = await pages(all, filter, limit);
      expect(found.flat()).toEqual(all.filter((each) => auditFits(each, filter)));
      expect(found.every((page) => page.length <= limit)).toBe(true);
    }), { numRuns: 40 });
  });

  it('comes a few thousand records at a time, also where nothing fits', async () => {
    const all = Array.from({ length: 5_000 }, (_, index) => record(index, 'bo', 'plan.start'));
    expect((await pages(all, { who: 'ada' }, 50)).map((page) => page.length)).toEqual([0, 0, 0]);
  });

  it('is all of a day where it is written into a file', async () => {
    await fc.assert(fc.asyncProperty(records, filters, async (all, filter) => {
      const found: AuditRecord[] = [];
      for await (const each of auditOfDay(logOf(all), '2026-11-23', filter)) found.push(each);
      expect(found).toEqual(all.filter((each) => auditFits(each, filter)));
    }), { numRuns: 20 });
  });
});
