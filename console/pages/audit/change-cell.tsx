/** What was changed: the first facts, and all of it on demand. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { useWords } from '../../language/language.tsx';
import { auditWords } from './audit-words.ts';
import { changedFacts, type ChangedFact } from './changed-facts.ts';

/** Beyond these a row is higher than what it stands among. */
const SHOWN = 3;
const LONGEST = 60;

export function ChangeCell({ before, after }: { readonly before: unknown; readonly after: unknown }): ReactNode {
  const say = useWords(auditWords);
  const facts = changedFacts(before, after);
  if (facts.length === 0) return '-';
  const isWhole = facts.length <= SHOWN && facts.every((fact) => Math.max(fact.before?.length ?? 0, fact.after?.length ?? 0) <= LONGEST);
  return (
    <div className="breakable">
      {facts.slice(0, SHOWN).map((fact) => <div key={fact.name}><FactLine fact={fact} /></div>)}
      {isWhole ? null : (
        <ExpandableSection headerText={say.whole} variant="footer">
          <Whole title={say.before} value={before} />
          <Whole title={say.after} value={after} />
        </ExpandableSection>
      )}
    </div>
  );
}

function FactLine({ fact: { name, before, after } }: { readonly fact: ChangedFact }): ReactNode {
  return (
    <>
      {name === '' ? null : <Box variant="span" color="text-body-secondary">{name}: </Box>}
      {before === undefined ? null : <><del>{shorten(before)}</del>{' → '}</>}{after === undefined ? '-' : shorten(after)}
    </>
  );
}

function Whole({ title, value }: { readonly title: string; readonly value: unknown }): ReactNode {
  return value === undefined ? null : <><Box variant="strong">{title}</Box><pre className="facts-whole" tabIndex={0}>{JSON.stringify(value, undefined, 2)}</pre></>;
}

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
