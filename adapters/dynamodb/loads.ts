/** What packages weighed on the branches' links: an item for each access log, branch and day, summed when it is read. */
import { DAY, SECOND, type Instant } from '../../core/ambient.ts';
import { sumMinutes, type BranchLoad, type LoadStore } from '../../core/catalog/package-load.ts';
import { batchWrite } from './batch.ts';
import type { Table } from './document-client.ts';
import { queryPartition } from './query.ts';
import { list, number, record } from './read.ts';

const KEPT = 90 * DAY;

export function createLoadStore(devices: Table): LoadStore {
  return {
    /** 1 call per 25 branches; the log's name is in the key, so that the same log again is the same item. */
    put: (log, loads) => batchWrite(devices, loads.map((load) => ({ put: { pk: partition(load), sk: `log#${log}`, minutes: load.minutes, ttl: Math.ceil((load.day + KEPT) / SECOND) } }))),

    /** 1 query per day that is touched. */
    async load(branchId, from, to) {
      const items = await Promise.all(daysFrom(from, to).map((day) => queryPartition(devices, partition({ branchId, day }))));
      return sumMinutes(items.flat().flatMap((item) => read(item).minutes)).filter(({ at }) => at >= from && at < to);
    },
  };
}

function partition({ branchId, day }: Pick<BranchLoad, 'branchId' | 'day'>): string {
  return `load#${branchId}#${new Date(day).toISOString().slice(0, 10)}`;
}

function daysFrom(from: Instant, to: Instant): readonly Instant[] {
  const days: Instant[] = [];
  for (let day = Math.floor(from / DAY) * DAY; day < to; day += DAY) days.push(day);
  return days;
}

const read = record({ minutes: list(record({ at: number, bytes: number, starts: number })) });
