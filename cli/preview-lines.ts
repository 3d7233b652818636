/** What a plan will do, for people. */
import type { PreviewAnswer } from '../protocol/admin/plan.ts';
import type { Output } from './output.ts';
import { targetLines } from './target-lines.ts';
import { counted } from './text.ts';
import { dateTime } from './when.ts';

export function previewLines(output: Output, { branches, devices, waves, lastWaveAt, targets }: PreviewAnswer): readonly string[] {
  const several = branches.filter(({ windows }) => windows > 1).map(({ branchId, windows }) => `${branchId} needs ${windows} windows: what does not fit the first goes on in the next.`);
  return [
    ...output.table([
      { title: 'BRANCH', value: ({ branchId }) => branchId },
      { title: 'TIME ZONE', value: ({ timeZone }) => timeZone },
      { title: 'DEVICES', value: (branch) => branch.devices, align: 'right' },
      { title: 'WAVES', value: (branch) => branch.waves.length, align: 'right' },
      { title: 'FIRST WAVE', value: (branch) => branch.waves[0]?.localTime, keep: true },
      { title: 'LAST WAVE', value: (branch) => branch.waves.at(-1)?.localTime, keep: true },
    ], branches),
    '', `${counted(devices, 'device')} in ${counted(waves, 'wave')}${lastWaveAt === undefined ? '' : `; the last one goes ${dateTime(lastWaveAt)}`}.`, ...several, 'An estimate from the devices enrolled now.',
    ...(targets === undefined ? ['Whom it skips, and why: `wavecast plan targets`, once the plan is made.'] : ['', ...targetLines(output, targets)]),
  ];
}
