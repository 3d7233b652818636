/** A night of sleeping phones with an open limit and without (bench/night/night.ts), drawn: how many download at once. */
import tls from 'node:tls';
import { MINUTE } from '../core/ambient.ts';
import { loadChart } from '../cli/load-chart.ts';
import type { LinkReport } from '../simulator/branch-link.ts';
import type { Run } from './benchmarks.ts';
import { branchIds, OPEN_LIMIT, playNight, startAt, timeZone, type Night } from './night/night.ts';
import type { Findings } from './report.ts';
import { onStage } from './stage.ts';

const DEVICES = 40;

export const run: Run = (say, { devices = DEVICES }) => onStage(startAt, say, async (stage): Promise<Findings> => {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), stage.cloud.trust.root]);
  const night = await playNight(stage, devices);
  for (const id of branchIds) for (const line of [`${id}: share of its ${devices} phones that download at once; the line is ${OPEN_LIMIT} of them`, ...drawn(night.links[id], night), '']) say(line);
  return {
    rows: branchIds.map((id) => {
      const { peakConcurrentDownloads, activePerMinute } = night.links[id];
      const busy = [...activePerMinute].filter(([, active]) => active > 0).map(([minute]) => minute);
      return {
        branch: id, phones: devices, 'most at once': peakConcurrentDownloads, 'first download (min after 08:30)': Math.round((Math.min(...busy) - night.unlockedAt) / MINUTE),
        'last download (min after 08:30)': Math.round((Math.max(...busy) - night.unlockedAt) / MINUTE), 'installed at noon': installed(night.atNoon, id), 'installed in the end': installed(night.atTheEnd, id),
      };
    }),
  };
});

function installed({ branches }: Night['atNoon'], id: string): number {
  return branches.find(({ branchId }) => branchId === id)?.totals.installed ?? 0;
}

function drawn({ activePerMinute }: LinkReport, { unlockedAt, devices }: Night): readonly string[] {
  const from = unlockedAt - 30 * MINUTE;
  const shares = Array.from({ length: 6 * 60 }, (_, n) => (activePerMinute.get(from + n * MINUTE) ?? 0) / devices);
  return loadChart({ shares, from, stepMinutes: 1, timeZone, budget: OPEN_LIMIT / devices }, { width: 79, within: (text) => text, over: (text) => text });
}
