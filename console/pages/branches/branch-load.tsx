/** What packages weighed on a branch's line in the last day or days, against what it bears. */
import type { ReactNode } from 'react';
import AreaChart from '@cloudscape-design/components/area-chart';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import { useSearchParams } from 'react-router';
import { MINUTE } from '../../../core/ambient.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { Answered } from '../../parts/answered.tsx';
import { branchesWords } from './branches-words.ts';
import { loadCurve } from './load-curve.ts';

/** Hours that are looked back on, each with steps that a chart has room for. */
const spans = [{ hours: 24, everyMinutes: 5 }, { hours: 72, everyMinutes: 15 }, { hours: 168, everyMinutes: 60 }] as const;

export function BranchLoad({ id, timeZone }: { readonly id: string; readonly timeZone: string }): ReactNode {
  const say = useWords(branchesWords);
  // The last day by the API's clock: it knows what now is.
  const [parameters, setParameters] = useSearchParams();
  const span = spans.find(({ hours }) => String(hours) === parameters.get('hours')) ?? spans[0];
  const answer = useAnswer('getBranchLoad', { id, query: span }, { live: true });
  const choices = spans.map(({ hours }) => ({ id: String(hours), text: say.lastDays(hours / 24) }));
  return (
    <Container header={<Header
        variant="h2" description={say.loadAbout}
        actions={(
          <SegmentedControl
            label={say.load} options={choices} selectedId={String(span.hours)}
            onChange={({ detail }) => {
              setParameters((now) => {
                const next = new URLSearchParams(now);
                next.set('hours', detail.selectedId);
                return next;
              }, { preventScrollReset: true });
            }}
          />
        )}
      >{say.load}</Header>}>
      <Answered answer={answer}>{(load) => <Curve load={load} timeZone={timeZone} stepMinutes={span.everyMinutes} />}</Answered>
    </Container>
  );
}

function Curve({ load, timeZone, stepMinutes }: { readonly load: AnswerOf<'getBranchLoad'>; readonly timeZone: string; readonly stepMinutes: number }): ReactNode {
  const say = useWords(branchesWords);
  const { number, bytes, mbps, time, moment, shortDay } = useFormats();
  // Over several days nearly every mark is a midnight: then the day says more.
  const mark = (at: number): string => (time(at, timeZone) === '00:00' ? shortDay(at, timeZone) : time(at, timeZone));
  if (load.steps.length === 0) return <Box textAlign="center" color="text-body-secondary" padding="l">{say.noLoad}</Box>;
  return (
    <>
      <Box variant="p">{say.served(bytes(load.bytes), number(load.starts))}</Box>
      <AreaChart
        height={220} hideFilter hideLegend ariaLabel={say.load} xTitle={say.time} yTitle="Mbit/s" xScaleType="time" xDomain={[new Date(load.from), new Date(load.to)]} yDomain={[0, load.linkMbps]}
        series={[
          { type: 'area', title: say.link, data: loadCurve(load, stepMinutes * MINUTE).map(({ at, mbps: y }) => ({ x: new Date(at), y })), valueFormatter: mbps },
          { type: 'threshold', title: say.capacity, y: load.linkMbps, valueFormatter: mbps },
        ]}
        xTickFormatter={(at) => mark(at.getTime())} yTickFormatter={number}
        detailPopoverFooter={(at) => moment(at.getTime(), timeZone)}
      />
    </>
  );
}
