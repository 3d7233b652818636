/** What a plan will do, for people: its waves, the load that they put on each link, and the pace that is advised. */
import type { PreviewAnswer } from '../protocol/admin/plan-preview.ts';
import { loadChart } from './load-chart.ts';
import type { Output } from './output.ts';
import { targetLines } from './target-lines.ts';
import { counted, percent } from './text.ts';
import { bytes, dateTime } from './when.ts';

type Branch = PreviewAnswer['branches'][number];
type Load = NonNullable<Branch['load']>;

/** Where lines are not cut to a terminal. */
const WIDE = 100;
/** More charts than this are no help; the branches that need one most have theirs. */
const CHARTS = 8;

export function previewLines(output: Output, preview: PreviewAnswer): readonly string[] {
  const { branches, devices, waves, lastWaveAt, startsAt, budget, targets, meets = [] } = preview;
  const several = branches.filter(({ windows }) => windows > 1).map(({ branchId, windows }) => `${branchId} needs ${windows} windows: what does not fit the first goes on in the next.`);
  const soaks = branches.flatMap((branch) => soakLine(branch));
  const left = branches.filter((branch) => branch.left > 0).map((branch) => `${branch.branchId}: no window is left for ${counted(branch.left, 'device')}. Choose more or longer windows, a later last day, or a quicker pace.`);
  const empty = branches.filter((branch) => branch.devices === 0).map(({ branchId }) => branchId);
  const nobody = empty.length === 0 ? [] : [nobodyIn(empty)];
  const loaded = branches.flatMap(({ load, ...branch }) => (load === undefined ? [] : [{ ...branch, load }]));
  const drawn = loaded.toSorted((a, b) => b.load.peakShare - a.load.peakShare).slice(0, CHARTS);
  return [
    ...output.table([
      { title: 'BRANCH', value: ({ branchId }) => branchId },
      { title: 'TIME ZONE', value: ({ timeZone }) => timeZone, spare: true },
      { title: 'DEVICES', value: (branch) => branch.devices, align: 'right' },
      { title: 'WAVES', value: (branch) => branch.waves.length, align: 'right' },
      { title: 'PACE', value: ({ waveSize, intervalMinutes }) => `${waveSize} / ${intervalMinutes} min` },
      { title: 'FIRST WAVE', value: (branch) => branch.waves[0]?.localTime, keep: true },
      { title: 'LAST WAVE', value: (branch) => branch.waves.at(-1)?.localTime, keep: true },
      ...(loaded.length === 0 ? [] : [{ title: 'PEAK', value: ({ load }: Branch) => (load === undefined ? undefined : percent(load.peakShare)), align: 'right' as const }]),
    ], branches),
    '', ...[`${counted(devices, 'device')} in ${counted(waves, 'wave')}${lastWaveAt === undefined ? '' : `; the last one goes ${dateTime(lastWaveAt)}`}.`, ...(startsAt === undefined ? [] : [`No window opens before ${dateTime(startsAt)}.`]), ...nobody, ...soaks, ...several, ...left].flatMap((line) => output.sentence(line)),
    ...drawn.flatMap((branch) => ['', ...loadLines(output, branch, budget)]),
    ...(loaded.length > drawn.length ? ['', `${loaded.length - drawn.length} more branches are loaded less; \`--json\` has them all.`] : []),
    '', ...adviceLines(output, branches, budget), ...output.sentence('An estimate from the devices enrolled now and from how the users of each branch usually answer.'),
    ...meets.flatMap((met) => ['', ...output.sentence(`The plan "${met.name}" (${met.planId}) is under way there for the same app: this one does not start before that is over, unless \`--supersede\` takes its place.`)]),
    ...(targets === undefined ? ['Whom it skips, and why: `wavecast plan targets`, once the plan is made.'] : ['', ...targetLines(output, targets)]),
  ];
}

/** When the canary goes and when the rest follows. */
function soakLine({ branchId, waves }: Branch): readonly string[] {
  const first = waves.filter(({ canary }) => canary === true);
  const rest = waves[first.length];
  if (first.length === 0) return [];
  const follows = rest === undefined ? 'it is all devices of the branch' : `the rest goes from ${rest.localTime} on, if nothing speaks against it`;
  return [`${branchId}: the canary is ${counted(first.reduce((sum, { size }) => sum + size, 0), 'device')} in ${counted(first.length, 'wave')} from ${first[0]?.localTime ?? ''}; ${follows}.`];
}

/** More names than this are counted. */
const NAMED = 10;

/** Of branches without enrolled devices, which may be a mistyped id or a plan that is early. */
export function nobodyIn(branchIds: readonly string[]): string {
  const names = branchIds.length > NAMED ? `${branchIds.slice(0, NAMED).join(', ')} and ${branchIds.length - NAMED} more` : branchIds.join(', ');
  return `No device is enrolled in ${names}: the plan instructs nobody there, unless devices enrol before its waves.`;
}

function loadLines(output: Output, { branchId, timeZone, load }: Branch & { readonly load: Load }, budget: number): readonly string[] {
  const perStep = (load.linkMbps * 1_000_000 * 60 * load.stepMinutes) / 8;
  const chart = loadChart({ shares: load.bytes.map((each) => each / perStep), from: load.from, stepMinutes: load.stepMinutes, timeZone, budget }, {
    width: output.width() ?? WIDE, within: (text) => output.style('green', text), over: (text) => output.style('red', text),
  });
  const over = load.minutesOver === 0 ? `never over ${percent(budget)}` : `${counted(load.minutesOver, 'minute')} over ${percent(budget)}`;
  return [
    output.style('bold', `${branchId}: load on its link of ${load.linkMbps} Mbit/s`), ...chart,
    ...output.sentence(`Peak ${percent(load.peakShare)} at ${load.peakLocalTime}, ${over}; ${bytes(load.bytes.reduce((sum, each) => sum + each, 0))} in all, through by ${dateTime(load.endsAt, timeZone)}.`),
    ...(load.bytesLeft === 0 ? [] : output.sentence(`${bytes(load.bytesLeft)} are not through two weeks after: the link cannot carry this.`)),
  ];
}

function adviceLines(output: Output, branches: readonly Branch[], budget: number): readonly string[] {
  const lines = branches.flatMap(({ branchId, timeZone, advice }): readonly string[] => {
    if (advice === undefined || (advice.kind === 'within' && advice.pace === undefined)) return [];
    if (advice.kind === 'none') return [`${branchId}: ${noPace[advice.because]}`];
    const { pace } = advice;
    if (pace === undefined) return [];
    const why = advice.kind === 'slower' ? `keeps it under ${percent(budget)}` : `is quicker and still under ${percent(budget)}`;
    return [`${branchId}: ${pace.waveSize} every ${pace.intervalMinutes} min ${why} (peak ${percent(pace.peakShare)}); the last wave goes ${dateTime(pace.lastWaveAt, timeZone)}.`];
  });
  if (lines.length === 0) return [];
  const named = branches.some(({ advice }) => advice !== undefined && advice.kind !== 'none' && advice.pace !== undefined);
  return ['Advice:', ...lines.flatMap((line) => output.sentence(line, '  ')), ...(named ? ['Take it with `wavecast plan pace PLAN --advised`.'] : []), ''];
}

const noPace = {
  night: 'no pace keeps it under the budget within two weeks: whoever is asked at night answers in the morning, all together. Choose a window by day, more nights, or an open limit (`--open-limit`).',
  link: 'no pace keeps it under the budget within two weeks: the link is too small for the package. Raise the budget, or the link.',
} as const;
