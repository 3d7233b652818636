/** Which devices of a branch got a renewed profile. The branch is asked of the API page by page. */
import { useState, type ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useSaid, useWords } from '../../language/language.tsx';
import { Answered } from '../../parts/answered.tsx';
import { Moment } from '../../parts/moment.tsx';
import { State } from '../../parts/state.tsx';
import { profileStateColours, profileStateWords, profileWords } from './profile-words.ts';

type Branch = AnswerOf<'listBranches'>['items'][number];

export function ProfileDevices({ version }: { readonly version: Pick<AnswerOf<'getVersion'>, 'id'> }): ReactNode {
  const say = useWords(profileWords);
  const { data } = useAnswer('listBranches', {});
  const [chosen, choose] = useState<string | undefined>(undefined);
  const branches = data?.items ?? [];
  const branch = branches.find(({ id }) => id === chosen) ?? branches[0];
  if (branch === undefined) return null;
  return (
    <SpaceBetween size="s">
      <div className="narrow-field">
        <Select
          ariaLabel={say.ofBranch} inlineLabelText={say.ofBranch} options={branches.map(({ id, name }) => ({ value: id, label: name }))} selectedOption={{ value: branch.id, label: branch.name }}
          onChange={({ detail }) => { choose(detail.selectedOption.value); }}
        />
      </div>
      <OfBranch key={branch.id} versionId={version.id} branch={branch} />
    </SpaceBetween>
  );
}

function OfBranch({ versionId, branch }: { readonly versionId: string; readonly branch: Branch }): ReactNode {
  const say = useWords(profileWords);
  const said = useSaid();
  const [after, goOn] = useState<string | undefined>(undefined);
  const answer = useAnswer('listProfileDevices', { id: versionId, query: { branchId: branch.id, ...(after === undefined ? {} : { after }) } }, { live: true, turns: true });
  return (
    <Answered answer={answer}>
      {({ items, next }) => (
        <SpaceBetween size="s">
          {items.length === 0 && next === undefined && after === undefined ? <Box color="text-body-secondary">{say.nobody}</Box> : null}
          <ul className="checks">
            {items.map(({ deviceId, deviceName, state, reportedAt, reason }) => (
              <li key={deviceId} className="line">
                <Link href={`/devices/${deviceId}`}>{deviceName}</Link> <State of={state} words={profileStateWords} colours={profileStateColours} />
                {reportedAt === undefined ? null : <Box fontSize="body-s" color="text-body-secondary"><Moment at={reportedAt} zone={branch.timeZone} /></Box>}
                {reason === undefined ? null : <Box fontSize="body-s" color="text-body-secondary">{[said(reason.words), ...(reason.deviceCodes ?? [])].join(' ')}</Box>}
              </li>
            ))}
          </ul>
          {next === undefined ? null : <Button onClick={() => { goOn(next); }}>{say.more}</Button>}
        </SpaceBetween>
      )}
    </Answered>
  );
}
