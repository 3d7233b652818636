/** The load of one branch's line: what is expected of it, the budget, the line, and what really was where the plan is under way. */
import { useState, type ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import LineChart, { type LineChartProps } from '@cloudscape-design/components/line-chart';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { DAY, MINUTE } from '../../../core/ambient.ts';
import { useAnswer } from '../../api/answers.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { loadCurve } from '../branches/load-curve.ts';
import { busyHours, busyPart, byNeed, expectedCurve, type CurvePoint, type PreviewBranch } from './curves.ts';
import { pictureWords } from './picture-words.ts';

export interface LoadPictureProps {
  readonly branches: readonly PreviewBranch[];
  readonly budget: number;
  readonly nameOf: (branchId: string) => string;
  /** Under way since then: what really was on the line is laid over it. */
  readonly since?: number;
}

export function LoadPicture({ branches, budget, nameOf, since }: LoadPictureProps): ReactNode {
  const say = useWords(pictureWords);
  const [chosen, choose] = useState<string | undefined>(undefined);
  const loaded = branches.filter(({ load }) => load !== undefined).toSorted(byNeed);
  const branch = loaded.find(({ branchId }) => branchId === chosen) ?? loaded[0];
  if (branch?.load === undefined) return <Empty title={say.nothingLoads} />;
  const options = loaded.map(({ branchId }) => ({ value: branchId, label: nameOf(branchId) }));
  return (
    <SpaceBetween size="s">
      {options.length < 2 ? null : (
        <Select
          ariaLabel={say.chooseBranch} options={options} selectedOption={options.find(({ value }) => value === branch.branchId) ?? null} filteringType={options.length > 10 ? 'auto' : 'none'}
          onChange={({ detail }) => { choose(detail.selectedOption.value); }}
        />
      )}
      {since === undefined ? <LoadChart branch={branch} load={branch.load} budget={budget} name={nameOf(branch.branchId)} /> : <Measured key={branch.branchId} branch={branch} load={branch.load} budget={budget} name={nameOf(branch.branchId)} since={since} />}
    </SpaceBetween>
  );
}

interface ChartProps {
  readonly branch: PreviewBranch;
  readonly load: NonNullable<PreviewBranch['load']>;
  readonly budget: number;
  readonly name: string;
  readonly measured?: readonly CurvePoint[];
}

/** The API keeps to seven days an answer. */
const LONGEST = 7 * DAY;

function Measured({ since, ...chart }: ChartProps & { readonly since: number }): ReactNode {
  const { load: { stepMinutes } } = chart;
  const step = stepMinutes * MINUTE;
  const from = Math.floor(since / step) * step;
  const to = Math.min(from + LONGEST, Math.max(from + step, Math.ceil(chart.load.endsAt / step) * step));
  const answer = useAnswer('getBranchLoad', { id: chart.branch.branchId, query: { from, to, everyMinutes: stepMinutes } }, { live: true });
  return <Answered answer={answer}>{(found) => <LoadChart {...chart} measured={found.steps.length === 0 ? [] : busyPart(loadCurve(found, step))} />}</Answered>;
}

function LoadChart({ branch, load, budget, name, measured }: ChartProps): ReactNode {
  const say = useWords(pictureWords);
  const { number, share, mbps, bytes, time, moment } = useFormats();
  const [span, setSpan] = useState('busy');
  const curves = [busyPart(expectedCurve(load)), measured ?? []];
  const busy = busyHours(curves, load.linkMbps * budget);
  const zoom = span === 'busy' ? busy : undefined;
  const [expected = [], happened = []] = zoom === undefined ? curves : curves.map((points) => points.filter(({ at }) => at >= zoom[0] && at <= zoom[1]));
  const shown = [...expected, ...happened];
  const first = shown.reduce((least, { at }) => Math.min(least, at), shown[0]?.at ?? load.from);
  const last = shown.reduce((most, { at }) => Math.max(most, at), first + MINUTE);
  const highest = shown.reduce((most, point) => Math.max(most, point.mbps), load.linkMbps * budget);
  const line = (title: string, points: readonly CurvePoint[]): LineChartProps<Date>['series'][number] => ({ type: 'line', title, data: points.map(({ at, mbps: y }) => ({ x: new Date(at), y: Math.round(y * 100) / 100 })), valueFormatter: mbps });
  return (
    <div>
      <Box variant="p">
        {say.peak(share(load.peakShare), moment(load.peakAt, branch.timeZone))} {load.minutesOver === 0 ? say.neverOver(share(budget)) : say.over(number(load.minutesOver), share(budget))}
        {load.bytesLeft < 1 ? null : <> {say.tooMuch(bytes(load.bytesLeft))}</>}
      </Box>
      {busy === undefined ? null : <SegmentedControl label={say.span} options={[{ id: 'busy', text: say.busy }, { id: 'whole', text: say.whole }]} selectedId={span} onChange={({ detail }) => { setSpan(detail.selectedId); }} />}
      <LineChart
        height={220} hideFilter ariaLabel={`${say.load}: ${name}`} xTitle={say.time} yTitle="Mbit/s" xScaleType="time" xDomain={[new Date(first), new Date(last)]} yDomain={[0, Math.min(load.linkMbps, highest * 1.15) || 1]}
        series={[
          line(say.predicted, expected),
          ...(measured === undefined || measured.length === 0 ? [] : [line(say.measured, happened)]),
          { type: 'threshold', title: say.budget(share(budget)), y: load.linkMbps * budget, valueFormatter: mbps },
          ...(highest * 1.15 < load.linkMbps ? [] : [{ type: 'threshold' as const, title: say.capacity, y: load.linkMbps, valueFormatter: mbps }]),
        ]}
        xTickFormatter={(at) => time(at.getTime(), branch.timeZone)} yTickFormatter={number} detailPopoverFooter={(at) => moment(at.getTime(), branch.timeZone)}
      />
    </div>
  );
}
