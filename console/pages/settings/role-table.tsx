/** Who may what, as the API decides it. */
import type { ReactNode } from 'react';
import Badge from '@cloudscape-design/components/badge';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { roles } from '../../../protocol/admin/caller.ts';
import { forms } from '../../../protocol/admin/operations.ts';
import { useWords } from '../../language/language.tsx';
import { mayAct } from '../../session/role.ts';
import { useSession } from '../../session/use-session.ts';
import { abilities, abilityWords } from './abilities.ts';
import { roleWords, settingsWords } from './settings-words.ts';

export function RoleTable(): ReactNode {
  const say = useWords(settingsWords);
  const named = useWords(roleWords);
  const can = useWords(abilityWords);
  const session = useSession();
  const own = session.is === 'signed-in' ? session.person.role : undefined;
  return (
    <Table
      variant="container" header={<Header variant="h2" description={say.rolesAbout}>{say.roles}</Header>} ariaLabels={{ tableLabel: say.roles }} items={abilities} trackBy="id" wrapLines
      columnDefinitions={[
        { id: 'ability', header: say.ability, isRowHeader: true, minWidth: 180, cell: ({ id }) => can[id] },
        ...roles.map((role) => ({
          id: role, minWidth: 120, header: role === own ? <>{named[role]} <Badge color="blue">{say.yours}</Badge></> : named[role],
          cell: ({ operation }: (typeof abilities)[number]) => {
            const needed = forms[operation].role;
            const may = needed === 'anyone' || mayAct(role, needed);
            return <StatusIndicator type={may ? 'success' : 'stopped'}>{may ? say.may : say.mayNot}</StatusIndicator>;
          },
        })),
      ]}
    />
  );
}
