/** Which devices may install an app by themselves: looked at by app, exported, and replaced by a file. */
import { useState, type ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useSearchParams } from 'react-router';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import type { Column } from '../../list/column.ts';
import { PagedList } from '../../list/paged-list.tsx';
import { usePlace } from '../../list/use-place.ts';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Page } from '../../parts/page.tsx';
import { save } from '../../parts/save.ts';
import { useRefusal } from '../../session/use-session.ts';
import { ImportModal } from './import-modal.tsx';
import { selfServiceWords } from './self-service-words.ts';

type Permission = AnswerOf<'listPermissions'>['items'][number];

const PAGE_SIZE = 50;

export default function SelfServicePage(): ReactNode {
  const say = useWords(selfServiceWords);
  const [parameters, setParameters] = useSearchParams();
  const apps = useAnswer('listApps', {});
  return (
    <Page title={say.title} description={say.about} actions={<Actions />}>
      <Answered answer={apps}>
        {({ items }) => {
          const options = items.map(({ bundleId, title }) => ({ value: bundleId, label: title, description: bundleId }));
          const chosen = options.find(({ value }) => value === parameters.get('app')) ?? options[0];
          if (chosen === undefined) return <Empty title={say.noApps} />;
          return (
            <SpaceBetween size="l">
              <FormField label={say.app}>
                <Select placeholder={say.chooseApp} options={options} selectedOption={chosen} onChange={({ detail }) => { setParameters({ app: detail.selectedOption.value ?? '' }); }} />
              </FormField>
              <Permissions key={chosen.value} bundleId={chosen.value} />
            </SpaceBetween>
          );
        }}
      </Answered>
    </Page>
  );
}

function Permissions({ bundleId }: { readonly bundleId: string }): ReactNode {
  const say = useWords(selfServiceWords);
  const [place, go] = usePlace([]);
  const answer = useAnswer('listPermissions', { query: { bundleId, limit: PAGE_SIZE, ...(place.after === undefined ? {} : { after: place.after }) } }, { turns: true });
  const columns: readonly Column<Permission>[] = [
    { id: 'device', header: say.device, cell: ({ deviceName }) => <span className="breakable">{deviceName}</span> },
    { id: 'version', header: say.version, cell: ({ version }) => version },
  ];
  return (
    <Answered answer={answer}>
      {(page) => <PagedList title={say.permissions} columns={columns} idOf={({ deviceId, version }) => `${deviceId} ${version}`} answer={page} place={place} go={go} empty={<Empty title={say.empty}>{say.emptyText}</Empty>} />}
    </Answered>
  );
}

function Actions(): ReactNode {
  const say = useWords(selfServiceWords);
  const { number } = useFormats();
  const refusal = useRefusal('operator');
  const [open, setOpen] = useState(false);
  const write = useDeed('exportPermissions', { done: ({ rows }) => say.exported(number(rows)), changes: [] });
  const run = async (): Promise<void> => {
    const answer = await write.mutateAsync({}).catch(() => undefined);
    if (answer !== undefined) save(answer.link);
  };
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button iconName="download" loading={write.isPending} onClick={() => { void run(); }}>{say.exportCsv}</Button>
      <Button iconName="upload" disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={() => { setOpen(true); }}>{say.importCsv}</Button>
      {open ? <ImportModal onClose={() => { setOpen(false); }} /> : null}
    </SpaceBetween>
  );
}
