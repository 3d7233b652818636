/** Checks of a package or its placement, those that did not pass first, each with what to do. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useFormats, useLanguage, useSaid, useWords } from '../../language/language.tsx';
import { checkText } from '../../vocabulary/checks.ts';
import { versionsWords } from './versions-words.ts';

type Check = AnswerOf<'getVersion'>['checks'][number];

export function CheckList({ checks }: { readonly checks: readonly Check[] }): ReactNode {
  const say = useWords(versionsWords);
  const { number } = useFormats();
  const failed = checks.filter(({ passed }) => !passed);
  const passed = checks.filter((check) => check.passed);
  return (
    <SpaceBetween size="s">
      {failed.length === 0 ? null : <StatusIndicator type="error">{say.somePassed(number(failed.length), number(checks.length))}</StatusIndicator>}
      {failed.length === 0 ? null : <ul className="checks">{failed.map((check) => <CheckLine key={`${check.name} ${check.expected}`} check={check} />)}</ul>}
      {passed.length === 0 ? null : (
        <ExpandableSection headerText={<StatusIndicator type="success">{failed.length === 0 ? say.allPassed(number(passed.length)) : say.restPassed(number(passed.length))}</StatusIndicator>} defaultExpanded={false}>
          <ul className="checks">{passed.map((check) => <CheckLine key={`${check.name} ${check.expected}`} check={check} />)}</ul>
        </ExpandableSection>
      )}
    </SpaceBetween>
  );
}

function CheckLine({ check: { name, passed, expected, found, remedy } }: { readonly check: Check }): ReactNode {
  const say = useWords(versionsWords);
  const said = useSaid();
  const { language } = useLanguage();
  return (
    <li>
      <StatusIndicator type={passed ? 'success' : 'error'} iconAriaLabel={passed ? say.passed : say.notPassed}>{checkText(name, language)}</StatusIndicator>
      <div className="breakable"><Box fontSize="body-s" color="text-body-secondary">{said(found)}{passed ? null : `; ${say.expected(said(expected))}`}</Box></div>
      {passed || remedy === undefined ? null : <div className="breakable">{say.remedy} {said(remedy)}</div>}
    </li>
  );
}
