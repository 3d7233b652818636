import type { ReactNode } from 'react';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import { useWords } from '../../language/language.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { State } from '../../parts/state.tsx';
import { deviceStatusColours, deviceStatusWords } from '../../vocabulary/states.ts';
import type { ShownDevice } from './device-page.tsx';
import { deviceWords } from './device-words.ts';

export function DeviceFacts({ device, branchName, zone }: { readonly device: ShownDevice; readonly branchName: string; readonly zone: string | undefined }): ReactNode {
  const say = useWords(deviceWords);
  const at = (instant: number | undefined): ReactNode => (instant === undefined ? '-' : <Moment at={instant} {...(zone === undefined ? {} : { zone })} />);
  const yesOrNo = (value: boolean | undefined): string => (value === undefined ? '-' : value ? say.yes : say.no);
  const push = { possible: say.pushPossible, dead: say.pushDead, none: say.pushNone };
  return (
    <Container header={<Header variant="h2">{say.facts}</Header>}>
      <Facts facts={[
        { label: say.name, value: device.name },
        { label: say.status, value: <State of={device.status} words={deviceStatusWords} colours={deviceStatusColours} /> },
        { label: say.branch, value: <Link href={`/branches/${device.branchId}`}>{branchName}</Link> },
        { label: say.testDevice, value: yesOrNo(device.testDevice) },
        { label: say.tags, value: device.tags.length === 0 ? say.noTags : device.tags.join(', ') },
        { label: say.model, value: device.productName ?? '-' },
        { label: say.system, value: device.osVersion ?? '-' },
        { label: say.supervised, value: yesOrNo(device.supervised) },
        { label: say.serial, value: device.serialNumber ?? '-' },
        { label: say.udid, value: <span className="breakable">{device.udid ?? '-'}</span> },
        { label: say.lastSeen, value: at(device.lastSeenAt) },
        { label: say.push, value: device.push === undefined ? '-' : push[device.push] },
        { label: say.knownSince, value: at(device.createdAt) },
        { label: say.enrolledAt, value: at(device.enrolledAt) },
        { label: say.identityEnds, value: at(device.identityExpiresAt) },
        ...(device.identityRevokedAt === undefined ? [] : [{ label: say.identityRevoked, value: at(device.identityRevokedAt) }]),
      ]} />
    </Container>
  );
}
