/** What packages weighed on a branch's line in the last day, against what it bears. */
import type { ReactNode } from 'react';
import AreaChart from '@cloudscape-design/components/area-chart';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { MINUTE } from '../../../core/ambient.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { Answered } from '../../parts/answered.tsx';
import { branchesWords } from './branches-words.ts';
import { loadCurve } from './load-curve.ts';

const HOURS = 24;
const STEP_MINUTES = 5;

export function BranchLoad({ id, timeZone }: { readonly id: string; readonly timeZone: string }): ReactNode {
  const say = useWords(branchesWords);
  // The last day by the API's clock: it knows what now is.
  const answer = useAnswer('getBranchLoad', { id, query: { hours: HOURS, everyMinutes: STEP_MINUTES } }, { live: true });
  return (
    <Container header={<Header variant="h2" description={say.loadAbout}>{say.load}</Header>}>
      <Answered answer={answer}>{(load) => <Curve load={load} timeZone={timeZone} />}</Answered>
    </Container>
  );
}

function Curve({ load, timeZone }: { readonly load: AnswerOf<'getBranchLoad'>; readonly timeZone: string }): ReactNode {
  const say = useWords(branchesWords);
  const { number, bytes, mbps, time, moment } = useFormats();
  if (load.steps.length === 0) return <Box textAlign="center" color="text-body-secondary" padding="l">{say.noLoad}</Box>;
  return (
    <>
      <Box variant="p">{say.served(bytes(load.bytes), number(load.starts))}</Box>
      <AreaChart
        height={220} hideFilter hideLegend ariaLabel={say.load} xTitle={say.time} yTitle="Mbit/s" xScaleType="time" xDomain={[new Date(load.from), new Date(load.to)]} yDomain={[0, load.linkMbps]}
        series={[
          { type: 'area', title: say.link, data: loadCurve(load, STEP_MINUTES * MINUTE).map(({ at, mbps: y }) => ({ x: new Date(at), y })), valueFormatter: mbps },
          { type: 'threshold', title: say.capacity, y: load.linkMbps, valueFormatter: mbps },
        ]}
        xTickFormatter={(at) => time(at.getTime(), timeZone)} yTickFormatter={number}
        detailPopoverFooter={(at) => moment(at.getTime(), timeZone)}
      />
    </>
  );
}
