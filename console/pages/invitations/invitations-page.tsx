/** Invitations into one branch, which is in the address: those that are open, a new one, and many by file. */
import { useState, type ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useSearchParams } from 'react-router';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useWords } from '../../language/language.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Page } from '../../parts/page.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { InvitationForm } from './invitation-form.tsx';
import { InvitationLink } from './invitation-link.tsx';
import { InvitationList } from './invitation-list.tsx';
import { invitationsWords } from './invitations-words.ts';

export default function InvitationsPage(): ReactNode {
  const say = useWords(invitationsWords);
  const answer = useAnswer('listBranches', {}, { fresh: 60_000 });
  return (
    <Page title={say.title} description={say.about} actions={<Button href="/invitations/file">{say.many}</Button>}>
      <Answered answer={answer}>
        {({ items }) => (items[0] === undefined ? <Empty title={say.noBranches}>{say.noBranchesText}</Empty> : <OfBranch branches={items} first={items[0].id} />)}
      </Answered>
    </Page>
  );
}

function OfBranch({ branches, first }: { readonly branches: AnswerOf<'listBranches'>['items']; readonly first: string }): ReactNode {
  const say = useWords(invitationsWords);
  const refusal = useRefusal('operator');
  const [parameters, setParameters] = useSearchParams();
  const [inviting, setInviting] = useState(false);
  const [made, setMade] = useState<AnswerOf<'invite'> | undefined>(undefined);
  const branch = branches.find(({ id }) => id === (parameters.get('branch') ?? first)) ?? branches[0];
  if (branch === undefined) return null;
  const options = branches.map(({ id, name }) => ({ value: id, label: name, description: id }));
  return (
    <SpaceBetween size="l">
      <div className="narrow-field">
        <Box variant="awsui-key-label">{say.branch}</Box>
        <Select
          ariaLabel={say.branch} options={options} filteringType={options.length > 10 ? 'auto' : 'none'} selectedOption={options.find(({ value }) => value === branch.id) ?? null}
          onChange={({ detail }) => { setParameters({ branch: detail.selectedOption.value ?? first }, { preventScrollReset: true }); }}
        />
      </div>
      {made === undefined ? null : <InvitationLink invitation={made} zone={branch.timeZone} close={() => { setMade(undefined); }} />}
      <InvitationList
        key={branch.id} branchId={branch.id} zone={branch.timeZone}
        actions={<Button variant="primary" disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={() => { setInviting(true); }}>{say.one}</Button>}
      />
      {inviting ? <InvitationForm branchId={branch.id} branchName={branch.name} close={() => { setInviting(false); }} made={(invitation) => { setMade(invitation); setInviting(false); }} /> : null}
    </SpaceBetween>
  );
}
