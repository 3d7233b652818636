/** Invitations into a branch by which somebody can still enrol, the first to end first. */
import type { ReactNode } from 'react';
import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import type { Column } from '../../list/column.ts';
import { PagedList } from '../../list/paged-list.tsx';
import { usePlace } from '../../list/use-place.ts';
import { Answered, Empty } from '../../parts/answered.tsx';
import { useConfirm } from '../../parts/confirm.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { invitationsWords } from './invitations-words.ts';

type Invitation = AnswerOf<'getInvitation'>;

const PAGE_SIZE = 25;

export function InvitationList({ branchId, zone, actions }: { readonly branchId: string; readonly zone: string; readonly actions: ReactNode }): ReactNode {
  const say = useWords(invitationsWords);
  const columns = useColumns(zone);
  const [place, go] = usePlace([]);
  const answer = useAnswer('listInvitations', { query: { branchId, limit: PAGE_SIZE, ...(place.after === undefined ? {} : { after: place.after }) } }, { turns: true, live: true });
  return (
    <Answered answer={answer}>
      {(page) => <PagedList title={say.list} columns={columns} idOf={({ id }) => id} answer={page} place={place} go={go} actions={actions} empty={<Empty title={say.none}>{say.noneText}</Empty>} />}
    </Answered>
  );
}

function useColumns(zone: string): readonly Column<Invitation>[] {
  const say = useWords(invitationsWords);
  const { number } = useFormats();
  return [
    {
      id: 'for', header: say.kind,
      cell: ({ deviceName, testDevice, tags = [] }) => <>{deviceName ?? say.anyDevice} {testDevice ? <Badge color="blue">{say.testDevice}</Badge> : null}{tags.length === 0 ? null : <Box fontSize="body-s" color="text-body-secondary">{tags.join(', ')}</Box>}</>,
    },
    { id: 'used', header: say.used, cell: ({ used, uses }) => say.usedOf(number(used), number(uses)) },
    { id: 'created', header: say.created, cell: ({ createdAt }) => <Moment at={createdAt} zone={zone} /> },
    { id: 'until', header: say.until, cell: ({ expiresAt }) => <Moment at={expiresAt} zone={zone} /> },
    { id: 'action', header: say.action, cell: (invitation) => <WithdrawButton invitation={invitation} /> },
  ];
}

function WithdrawButton({ invitation: { id, used, uses, deviceName } }: { readonly invitation: Invitation }): ReactNode {
  const say = useWords(invitationsWords);
  const refusal = useRefusal('operator');
  const confirm = useConfirm();
  const withdraw = useDeed('withdrawInvitation', { done: () => say.withdrawn, changes: ['listInvitations'] });
  const ask = async (): Promise<void> => {
    if (await confirm({ title: say.withdrawTitle, text: say.withdrawText, devices: uses - used, verb: say.withdraw })) withdraw.mutate({ id });
  };
  return (
    <Button
      variant="inline-link" ariaLabel={`${say.withdraw}: ${deviceName ?? id}`} loading={withdraw.isPending} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })}
      onClick={() => { void ask(); }}
    >
      {say.withdraw}
    </Button>
  );
}
