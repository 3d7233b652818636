/** The registered apps, as the device told of them last. */
import type { ReactNode } from 'react';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Table from '@cloudscape-design/components/table';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useLanguage, useWords } from '../../language/language.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { managementText } from '../../vocabulary/management.ts';
import { deviceWords } from './device-words.ts';

type App = AnswerOf<'getInventory'>['items'][number];

export function DeviceInventory({ id, zone }: { readonly id: string; readonly zone: string | undefined }): ReactNode {
  const say = useWords(deviceWords);
  const { language } = useLanguage();
  const answer = useAnswer('getInventory', { id }, { live: true });
  const reportedAt = ({ installed, managed }: App): number => Math.max(installed?.reportedAt ?? 0, managed?.reportedAt ?? 0);
  return (
    <Answered answer={answer}>
      {({ items }) => (
        <Table
          items={items} trackBy={({ bundleId }) => bundleId} wrapLines ariaLabels={{ tableLabel: say.inventory }} header={<Header variant="h2" counter={`(${items.length})`} description={say.inventoryAbout}>{say.inventory}</Header>}
          empty={<Empty title={say.noInventory}>{say.noInventoryText}</Empty>}
          columnDefinitions={[
            { id: 'app', header: say.app, isRowHeader: true, minWidth: 160, cell: ({ bundleId }) => <Link href={`/apps/${encodeURIComponent(bundleId)}`}>{bundleId}</Link> },
            { id: 'installed', header: say.installed, minWidth: 120, cell: (app) => <Installed app={app} /> },
            { id: 'managed', header: say.managed, minWidth: 120, cell: ({ managed }) => (managed === undefined ? '-' : managementText(managed.status, language)) },
            { id: 'reported', header: say.reported, minWidth: 160, cell: (app) => (reportedAt(app) === 0 ? '-' : <Moment at={reportedAt(app)} {...(zone === undefined ? {} : { zone })} />) },
          ]}
        />
      )}
    </Answered>
  );
}

function Installed({ app: { installed } }: { readonly app: App }): ReactNode {
  const say = useWords(deviceWords);
  if (installed === undefined) return '-';
  if (!installed.present) return say.notInstalled;
  const version = `${installed.shortVersion ?? '?'} (${installed.version ?? '?'})`;
  return installed.installing === true ? say.installingNow(version) : installed.isValidated === false ? say.cannotRun(version) : version;
}
