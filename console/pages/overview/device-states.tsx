/** All devices as one bar by state, with the numbers below it, each of which leads to the devices that are so. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { deviceStatusWords } from '../../vocabulary/states.ts';
import { overviewWords } from './overview-words.ts';

export type FleetCounts = Pick<AnswerOf<'getOverview'>, 'devices' | 'expected' | 'authenticated' | 'enrolled' | 'left' | 'unreachable'>;

const parts = ['enrolled', 'unreachable', 'authenticated', 'expected', 'left'] as const;
export type FleetPart = (typeof parts)[number];

/** What the bar is made of: each device is in one part. Those that cannot be woken are enrolled, too. */
export function partsOfFleet({ enrolled, unreachable, authenticated, expected, left }: FleetCounts): Readonly<Record<FleetPart, number>> {
  return { enrolled: enrolled - unreachable, unreachable, authenticated, expected, left };
}

const pages: Readonly<Record<FleetPart, string>> = {
  enrolled: '/devices?status=enrolled', unreachable: '/branches?sort=-unreachable', authenticated: '/devices?status=authenticated', expected: '/devices?status=expected', left: '/devices?status=left',
};

export function DeviceStates({ counts }: { readonly counts: FleetCounts }): ReactNode {
  const say = useWords(overviewWords);
  const states = useWords(deviceStatusWords);
  const { number } = useFormats();
  const of = partsOfFleet(counts);
  const shown = parts.filter((part) => of[part] > 0);
  if (shown.length === 0) return null;
  return (
    <Box margin={{ top: 'm' }}>
      <div className="totals-bar" aria-hidden="true">{shown.map((part) => <div key={part} className={`fleet-${part}`} style={{ flexGrow: of[part] / counts.devices }} />)}</div>
      <ul className="legend" aria-label={say.fleet}>
        {shown.map((part) => (
          <li key={part}><span className={`swatch fleet-${part}`} aria-hidden="true" /> <Link href={pages[part]}>{part === 'unreachable' ? say.unreachable : states[part]}</Link> {number(of[part])}</li>
        ))}
      </ul>
    </Box>
  );
}
