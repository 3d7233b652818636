/** All waves of all branches on one line of time: what is foreseen as outlines, what has opened in them. The table beside it says the same in words. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import { viewerZone } from '../../language/formats.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { MOST_ROWS, ticksBetween, type Timeline } from './curves.ts';
import { pictureWords } from './picture-words.ts';

const ROW = 30;
const BAR = 20;
const WIDTH = 1_000;
const TICKS = 4;
/** Of the width: a text in the middle of the very edge would stand out of the picture. */
const EDGE = 0.04;

export interface WaveTimelineProps {
  readonly timeline: Timeline;
  readonly branches: number;
  readonly nameOf: (branchId: string) => string;
  /** Under way: until when it is known what happened. */
  readonly now?: number;
}

export function WaveTimeline({ timeline: { from, to, largest, rows, waves, still }, branches, nameOf, now }: WaveTimelineProps): ReactNode {
  const say = useWords(pictureWords);
  const { number, time, day } = useFormats();
  const own = viewerZone();
  const along = (at: number): number => ((at - from) / (to - from)) * WIDTH;
  const edge = (to - from) * EDGE;
  const ticks = ticksBetween(from + edge, to - edge, TICKS);
  const height = rows.length * ROW;
  const bars = (waveList: Timeline['rows'][number]['foreseen'], row: number, name: string): ReactNode => waveList.map(({ at, size }, index) => {
    const tall = Math.max(3, (size / largest) * BAR);
    return <rect key={index} className={name} x={along(at) - 2.5} width={5} y={row * ROW + (ROW - 4) - tall} height={tall} vectorEffect="non-scaling-stroke" />;
  });
  return (
    <div>
      <div className="timeline">
        <div className="timeline-names" aria-hidden="true">{rows.map(({ branchId }) => <div key={branchId}>{nameOf(branchId)}</div>)}</div>
        <div className="timeline-field">
          <svg role="img" aria-label={say.timelineOf(number(branches), number(waves))} viewBox={`0 0 ${WIDTH} ${height}`} height={height} width="100%" preserveAspectRatio="none">
            {ticks.map((at) => <line key={at} className="timeline-tick" x1={along(at)} x2={along(at)} y1={0} y2={height} vectorEffect="non-scaling-stroke" />)}
            {rows.map(({ branchId, foreseen, opened }, row) => (
              <g key={branchId}>
                <line className="timeline-ground" x1={0} x2={WIDTH} y1={(row + 1) * ROW - 4} y2={(row + 1) * ROW - 4} vectorEffect="non-scaling-stroke" />
                {bars(foreseen, row, 'timeline-foreseen')}
                {bars(opened, row, 'timeline-opened')}
              </g>
            ))}
            {now === undefined ? null : <line className="timeline-now" x1={along(now)} x2={along(now)} y1={0} y2={height} vectorEffect="non-scaling-stroke" />}
          </svg>
          <div className="timeline-times" aria-hidden="true">
            {ticks.map((at, index) => <span key={at} style={{ insetInlineStart: `${along(at) / (WIDTH / 100)}%` }}>{time(at, own)}{index > 0 && day(at, own) === day(ticks[index - 1] ?? at, own) ? null : <><br />{day(at, own)}</>}</span>)}
          </div>
        </div>
      </div>
      <Box fontSize="body-s" color="text-body-secondary">
        <span className="key key-foreseen" /> {say.foreseen}{now === undefined ? null : <> · <span className="key key-opened" /> {say.opened} · <span className="key key-now" /> {say.now}</>}
        {branches - still > MOST_ROWS ? <> · {say.firstRows(number(rows.length), number(branches - still))}</> : null}{still === 0 ? null : <> · {say.still(number(still))}</>}
      </Box>
    </div>
  );
}
