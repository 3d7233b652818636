/** What the installation stands on: certificates, and who may what. */
import type { ReactNode } from 'react';
import { useWords } from '../../language/language.tsx';
import { Page } from '../../parts/page.tsx';
import { Authority } from './authority.tsx';
import { Installation } from './installation.tsx';
import { ProfileSigner } from './profile-signer.tsx';
import { PushCertificate } from './push-certificate.tsx';
import { People } from './people.tsx';
import { RoleTable } from './role-table.tsx';
import { settingsWords } from './settings-words.ts';

export default function SettingsPage(): ReactNode {
  const say = useWords(settingsWords);
  return (
    <Page title={say.title} description={say.about}>
      <PushCertificate />
      <ProfileSigner />
      <Authority />
      <Installation />
      <RoleTable />
      <People />
    </Page>
  );
}
