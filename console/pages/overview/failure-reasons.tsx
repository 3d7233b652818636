import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useFormats, useLanguage, useWords } from '../../language/language.tsx';
import { reasonText } from '../../vocabulary/reasons.ts';
import { overviewWords } from './overview-words.ts';

export function FailureReasons({ reasons }: { readonly reasons: Readonly<Record<string, number>> }): ReactNode {
  const say = useWords(overviewWords);
  const { language } = useLanguage();
  const { number } = useFormats();
  const sorted = Object.entries(reasons).toSorted(([, one], [, other]) => other - one);
  const most = sorted[0]?.[1] ?? 1;
  return (
    <Container header={<Header variant="h2" description={say.failuresAbout}>{say.failures}</Header>}>
      {sorted.length === 0 ? <StatusIndicator type="success">{say.noFailures}</StatusIndicator> : (
        <ul className="reasons">
          {sorted.map(([code, count]) => (
            <li key={code}>
              <span className="reason-line"><span>{reasonText(code, language)}</span><Box variant="strong">{number(count)}</Box></span>
              <span className="reason-bar" aria-hidden="true"><span style={{ width: `${(100 * count) / most}%` }} /></span>
            </li>
          ))}
        </ul>
      )}
    </Container>
  );
}
