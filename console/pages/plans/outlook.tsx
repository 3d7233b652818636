/** What a plan that is not started will do, in a few numbers, and what stands in its way. */
import type { ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useFormats, useWords } from '../../language/language.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { byNeed, outlookOf, type Preview } from './curves.ts';
import { namesOf } from './names.ts';
import { pictureWords } from './picture-words.ts';

export interface OutlookProps {
  readonly preview: Preview;
  readonly removes: boolean;
  readonly nameOf: (branchId: string) => string;
}

export function Outlook({ preview, removes, nameOf }: OutlookProps): ReactNode {
  const say = useWords(pictureWords);
  const { number, share } = useFormats();
  const { instructed, leftOut, withoutWindow, empty } = outlookOf(preview);
  const busiest = preview.branches.toSorted(byNeed)[0];
  const over = preview.branches.filter(({ load }) => (load?.minutesOver ?? 0) > 0).length;
  const facts: { readonly label: string; readonly value: ReactNode }[] = [
    { label: removes ? say.willRemove : say.willInstall, value: <Box variant="strong">{say.skippedOf(number(instructed))}</Box> },
    { label: say.leftOut, value: leftOut === undefined ? say.unknown : say.skippedOf(number(leftOut)) },
    { label: say.wavesOf, value: number(preview.waves) },
    { label: say.lastOf, value: preview.lastWaveAt === undefined ? '-' : <Moment at={preview.lastWaveAt} /> },
  ];
  if (busiest?.load !== undefined) {
    facts.push({ label: say.highest, value: <StatusIndicator type={over === 0 ? 'success' : 'warning'}><span className="whole-words">{say.highestIn(share(busiest.load.peakShare), nameOf(busiest.branchId))}</span></StatusIndicator> });
    if (over > 0) facts.push({ label: say.overBudget, value: say.overIn(number(over), share(preview.budget)) });
  }
  return (
    <SpaceBetween size="m">
      {(preview.meets ?? []).map(({ planId, name, branches }) => (
        <Alert key={planId} type="warning" header={say.meets(name)}>
          {say.meetsIn(namesOf(branches.map(nameOf)))} {say.meetsWhat} <Link href={`/plans/${planId}`}>{name}</Link>
        </Alert>
      ))}
      {instructed === 0 && preview.devices > 0 ? <Alert type="warning">{say.nobodyLeft}</Alert> : null}
      {withoutWindow === 0 ? null : <Alert type="warning">{say.left(number(withoutWindow))}</Alert>}
      {empty.length === 0 || preview.devices === 0 ? null : <Alert type="info">{say.emptyIn(namesOf(empty.map(nameOf)))}</Alert>}
      <Container header={<Header variant="h2" description={say.outlookAbout}>{say.outlook}</Header>}><Facts facts={facts} /></Container>
    </SpaceBetween>
  );
}
