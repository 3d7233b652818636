/** What a version's package says of itself, as it was read at registration. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Header from '@cloudscape-design/components/header';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { viewerZone } from '../../language/formats.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { State } from '../../parts/state.tsx';
import { placementColours, placementWords } from '../../vocabulary/states.ts';
import { AppIcon } from '../apps/app-icon.tsx';
import { versionsWords } from './versions-words.ts';

/** Enough of a digest to tell two apart; the whole of it goes to the clipboard. */
const SHOWN_OF_DIGEST = 12;
const families: Readonly<Record<number, string>> = { 1: 'iPhone', 2: 'iPad' };

export function VersionFacts({ version }: { readonly version: AnswerOf<'getVersion'> }): ReactNode {
  const say = useWords(versionsWords);
  const { bytes, day } = useFormats();
  const kinds: Readonly<Record<string, string>> = { 'enterprise': say.enterprise, 'ad-hoc': say.adHoc };
  return (
    <Container header={<Header variant="h2"><span className="with-icon"><AppIcon title={version.title} version={version} />{say.facts}</span></Header>}>
      <Facts facts={[
        { label: say.packageName, value: <span className="breakable">{version.bundleId}</span> },
        { label: say.version, value: `${version.shortVersion} (${version.version})` },
        { label: say.placement, value: <State of={version.placement} words={placementWords} colours={placementColours} /> },
        { label: say.verified, value: version.verifiedAt === undefined ? say.never : <Moment at={version.verifiedAt} /> },
        { label: say.fileName, value: <span className="breakable">{version.fileName}</span> },
        { label: say.size, value: bytes(version.size) },
        { label: say.digest, value: <CopyToClipboard variant="inline" textToCopy={version.digest} textToDisplay={`${version.digest.slice(0, SHOWN_OF_DIGEST)}…`} copyButtonAriaLabel={say.copyDigest} copySuccessText={say.copied} copyErrorText={say.notCopied} /> },
        { label: say.registered, value: <Moment at={version.createdAt} /> },
        { label: say.minimumOs, value: `iOS ${version.minimumOsVersion}` },
        { label: say.families, value: version.deviceFamilies.map((family) => families[family] ?? String(family)).join(', ') },
        { label: say.kind, value: <>{kinds[version.kind] ?? version.kind}<Box fontSize="body-s" color="text-body-secondary">{say.team} {version.teamId}</Box></> },
        { label: say.ends, value: day(version.profileExpiresAt, viewerZone()) },
      ]} />
    </Container>
  );
}
