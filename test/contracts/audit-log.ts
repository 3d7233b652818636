import { beforeAll, describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../core/ambient.ts';
import type { AuditRecord } from '../../core/audit.ts';
import { many, MORNING, uniqueName } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

const midnight = Date.parse('2026-03-02T00:00:00Z');

function aRecord(facts: Partial<AuditRecord> = {}): AuditRecord {
  return { at: MORNING, who: 'ada', role: 'operator', action: 'plan.start', subject: uniqueName('plan'), ...facts };
}

export function auditLogContract(open: OpenStores): void {
  describe('the audit log', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
    const wholeDay = async (at: number) => (await stores.audit.ofDay(dayOf(at), undefined, 100)).items;

    it('gives facts of any shape back as they were', async () => {
      const at = MORNING - 30 * DAY;
      const before = { status: 'draft', windows: [{ from: '09:00', days: [] }], share: 0.25, none: null, empty: '', deep: { list: [1, 'a', false] } };
      const records = [aRecord({ at, before, after: null }), aRecord({ at: at - 1, after: ['x', 7] }), aRecord({ at: at - 2, before: 'text', after: 0 })];
      for (const record of records) await stores.audit.record(record);
      expect(await wholeDay(at)).toEqual(records);
    });

    it('tells a day in UTC, from its first millisecond to its last', async () => {
      const day = midnight - 10 * DAY;
      const [first, last] = [aRecord({ at: day }), aRecord({ at: day + DAY - 1 })];
      for (const record of [aRecord({ at: day - 1 }), first, last, aRecord({ at: day + DAY })]) await stores.audit.record(record);
      expect(await wholeDay(day)).toEqual([last, first]);
      expect(await wholeDay(day - 5 * DAY)).toEqual([]);
    });

    it('tells newest first, page by page, also while more is recorded', async () => {
      const records = many(7, (n) => aRecord({ at: MORNING + ((n * 3) % 7) * MINUTE }));
      for (const record of records) await stores.audit.record(record);
      const newestFirst = records.toSorted((a, b) => b.at - a.at);
      const first = await stores.audit.ofDay(dayOf(MORNING), undefined, 3);
      expect(first.items).toEqual(newestFirst.slice(0, 3));
      await stores.audit.record(aRecord({ at: MORNING + 9 * MINUTE }));
      const second = await stores.audit.ofDay(dayOf(MORNING), first.next, 3);
      expect(second.items).toEqual(newestFirst.slice(3, 6));
      expect(await stores.audit.ofDay(dayOf(MORNING), second.next, 3)).toEqual({ items: newestFirst.slice(6) });
      expect(await stores.audit.ofDay(dayOf(MORNING), first.next, 4)).toEqual({ items: newestFirst.slice(3) });
    });

    it('keeps every record of one instant, whoever records at once', async () => {
      const at = MORNING + 20 * DAY;
      const records = many(30, () => aRecord({ at }));
      await Promise.all(records.map((record) => stores.audit.record(record)));
      const pages: AuditRecord[] = [];
      for (let page = await stores.audit.ofDay(dayOf(at), undefined, 7); ; page = await stores.audit.ofDay(dayOf(at), page.next, 7)) {
        pages.push(...page.items);
        if (page.next === undefined) break;
      }
      expect(pages.map(({ subject }) => subject).toSorted()).toEqual(records.map(({ subject }) => subject).toSorted());
    });
  });
}
