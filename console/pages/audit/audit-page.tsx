/** Who changed what, day by day, newest first. */
import type { ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import DatePicker from '@cloudscape-design/components/date-picker';
import FormField from '@cloudscape-design/components/form-field';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useSearchParams } from 'react-router';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useLanguage, useSaid, useWords } from '../../language/language.tsx';
import type { Column, ListFilter } from '../../list/column.ts';
import { PagedList } from '../../list/paged-list.tsx';
import { usePlace } from '../../list/use-place.ts';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { callerText } from '../../vocabulary/callers.ts';
import { auditWords, nounWords } from './audit-words.ts';
import { ChangeCell } from './change-cell.tsx';
import { dayIn, neighbour } from './day.ts';
import { ExportButton } from './export-button.tsx';
import { pageOfSubject } from './subject.ts';

type AuditRecord = AnswerOf<'listAudit'>['items'][number];

const PAGE_SIZE = 50;
const NOUN = 'noun';

export default function AuditPage(): ReactNode {
  const say = useWords(auditWords);
  const nouns = useWords(nounWords);
  const [parameters, setParameters] = useSearchParams();
  const asked = dayIn(parameters.get('day'));
  const [place, go] = usePlace([NOUN]);
  const filters: readonly ListFilter<AuditRecord>[] = [{ name: NOUN, label: say.noun, choices: Object.entries(nouns).map(([value, label]) => ({ value, label })) }];
  const filter = { ...(place.text.trim() === '' ? {} : { who: place.text.trim() }), ...(place.filters[NOUN] === undefined ? {} : { action: place.filters[NOUN] }) };
  const answer = useAnswer('listAudit', { query: { ...filter, limit: PAGE_SIZE, ...(asked === undefined ? {} : { day: asked }), ...(place.after === undefined ? {} : { after: place.after }) } }, { live: place.page === 1, turns: true });
  const day = asked ?? answer.data?.day;
  // Another day begins on its first page, with the same filter.
  const goTo = (next: string): void => {
    setParameters((now) => {
      const written = new URLSearchParams(now);
      for (const name of ['page', 'after']) written.delete(name);
      written.set('day', next);
      return written;
    });
  };
  return (
    <Page title={say.title} description={say.about} actions={<ExportButton day={day} filter={filter} />}>
      <FormField label={say.day}>
        <SpaceBetween direction="horizontal" size="xs">
          <Button iconName="angle-left" ariaLabel={say.dayBefore} disabled={day === undefined} onClick={() => { if (day !== undefined) goTo(neighbour(day, -1)); }} />
          <DatePicker value={day ?? ''} format="iso" i18nStrings={{ openCalendarAriaLabel: () => say.openCalendar }} onChange={({ detail }) => { if (dayIn(detail.value) !== undefined) goTo(detail.value); }} />
          <Button iconName="angle-right" ariaLabel={say.dayAfter} disabled={day === undefined} onClick={() => { if (day !== undefined) goTo(neighbour(day, 1)); }} />
        </SpaceBetween>
      </FormField>
      <Answered answer={answer}>
        {(page) => <Records page={page} place={place} go={go} filters={filters} />}
      </Answered>
    </Page>
  );
}

type Place = ReturnType<typeof usePlace>;

function Records({ page, place, go, filters }: { readonly page: AnswerOf<'listAudit'>; readonly place: Place[0]; readonly go: Place[1]; readonly filters: readonly ListFilter<AuditRecord>[] }): ReactNode {
  const say = useWords(auditWords);
  // Where little fits, the API may give an empty page and one after it.
  const more = page.items.length === 0 && page.next !== undefined;
  return (
    <PagedList
      title={page.day} columns={useColumns()} filters={filters} find={say.who} answer={page} place={place} go={go} idOf={({ at, action, subject }) => `${at} ${action} ${subject}`}
      empty={<Empty title={more ? say.sparse : say.empty}>{more ? undefined : say.emptyText}</Empty>}
    />
  );
}

function Subject({ action, subject }: { readonly action: string; readonly subject: string }): ReactNode {
  const said = useSaid();
  const page = pageOfSubject(action, subject);
  return page === undefined ? said(subject) : <Link href={page}>{subject}</Link>;
}

function useColumns(): readonly Column<AuditRecord>[] {
  const say = useWords(auditWords);
  const { language } = useLanguage();
  const said = useSaid();
  return [
    { id: 'time', header: say.time, cell: ({ at }) => <Moment at={at} /> },
    { id: 'who', header: say.who, cell: ({ who, role }) => <span className="breakable">{said(callerText(who, language))}{role === who ? '' : ` (${role})`}</span> },
    { id: 'action', header: say.action, cell: ({ action }) => <code>{action}</code> },
    { id: 'subject', header: say.subject, narrowest: 180, cell: ({ action, subject }) => <span className="breakable"><Subject action={action} subject={subject} /></span> },
    { id: 'change', header: say.change, cell: ({ before, after }) => <ChangeCell before={before} after={after} /> },
  ];
}
