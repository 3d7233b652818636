/** One device: what it is, what is on it, what it was told, what happened to it. */
import type { ReactNode } from 'react';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useParams, useSearchParams } from 'react-router';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useWords } from '../../language/language.tsx';
import { Answered } from '../../parts/answered.tsx';
import { Page } from '../../parts/page.tsx';
import { DeviceActions } from './device-actions.tsx';
import { DeviceCommands } from './device-commands.tsx';
import { DeviceFacts } from './device-facts.tsx';
import { DeviceInstructions } from './device-instructions.tsx';
import { DeviceInventory } from './device-inventory.tsx';
import { DeviceTimeline } from './device-timeline.tsx';
import { deviceWords } from './device-words.ts';
import { devicesWords } from './devices-words.ts';

export type ShownDevice = AnswerOf<'getDevice'>;

export default function DevicePage(): ReactNode {
  const say = useWords(devicesWords);
  const { id = '' } = useParams();
  const answer = useAnswer('getDevice', { id }, { live: true });
  const branches = useAnswer('listBranches', {}, { fresh: 60_000 });
  const device = answer.data;
  const branch = branches.data?.items.find((each) => each.id === device?.branchId);
  return (
    <Page
      title={device === undefined ? id : device.displayName ?? device.name} above={[{ text: say.title, href: '/devices' }]}
      actions={device === undefined ? undefined : <DeviceActions device={device} branches={branches.data?.items ?? []} />}
    >
      <Answered answer={answer}>{(found) => <DeviceTabs key={id} device={found} branchName={branch?.name ?? found.branchId} zone={branch?.timeZone} />}</Answered>
    </Page>
  );
}

/** The tab is in the address; the place in a list belongs to its tab, and is left behind with it. */
function DeviceTabs({ device, branchName, zone }: { readonly device: ShownDevice; readonly branchName: string; readonly zone: string | undefined }): ReactNode {
  const say = useWords(deviceWords);
  const [parameters, setParameters] = useSearchParams();
  const tabs = [
    {
      id: 'overview', label: say.overview,
      content: (
        <SpaceBetween size="l">
          <DeviceFacts device={device} branchName={branchName} zone={zone} />
          <DeviceInventory id={device.id} zone={zone} />
          <DeviceInstructions id={device.id} zone={zone} />
        </SpaceBetween>
      ),
    },
    { id: 'timeline', label: say.timeline, content: <DeviceTimeline id={device.id} zone={zone} /> },
    { id: 'commands', label: say.commands, content: <DeviceCommands device={device} zone={zone} /> },
  ];
  const active = tabs.find(({ id }) => id === parameters.get('tab'))?.id ?? 'overview';
  return <Tabs tabs={tabs} activeTabId={active} ariaLabel={device.name} onChange={({ detail }) => { setParameters(detail.activeTabId === 'overview' ? {} : { tab: detail.activeTabId }, { preventScrollReset: true }); }} />;
}
