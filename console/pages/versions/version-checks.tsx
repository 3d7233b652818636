/** What a device would meet, check by check, and the way to look again. */
import { useEffect, useState, type ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useWords } from '../../language/language.tsx';
import { Empty } from '../../parts/answered.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { CheckList } from './check-list.tsx';
import { versionsWords } from './versions-words.ts';

export function VersionChecks({ version }: { readonly version: AnswerOf<'getVersion'> }): ReactNode {
  const say = useWords(versionsWords);
  const refusal = useRefusal('operator') ?? (version.withdrawn === undefined ? undefined : say.planWithdrawn);
  const { verify, verifying } = useVerification(version.id);
  return (
    <Container header={(
      <Header
        variant="h2" description={say.checksAbout}
        actions={<Button loading={verifying} loadingText={say.verifying} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={verify}>{say.verify}</Button>}
      >
        {say.checks}
      </Header>
    )}>
      {version.checks.length === 0 ? <Empty title={say.noChecks}>{say.noChecksText}</Empty> : <CheckList checks={version.checks} />}
    </Container>
  );
}

/** A verification is a registration of its own: it is followed to its end, and then the version is asked for again. */
function useVerification(versionId: string): { readonly verify: () => void; readonly verifying: boolean } {
  const say = useWords(versionsWords);
  const answers = useQueryClient();
  const [registrationId, setRegistrationId] = useState<string | undefined>(undefined);
  const deed = useDeed('verifyVersion', { done: () => say.verifyBegun, changes: [] });
  const { data: registration } = useAnswer('getRegistration', { id: registrationId ?? '' }, { live: true, wait: registrationId === undefined });
  const going = registrationId !== undefined && (registration === undefined || registration.state === 'verifying' || registration.state === 'awaiting-file');
  useEffect(() => {
    if (registrationId !== undefined && !going) {
      setRegistrationId(undefined);
      void answers.invalidateQueries({ queryKey: ['getVersion'] });
    }
  }, [answers, going, registrationId]);
  return { verifying: deed.isPending || going, verify: () => { deed.mutate({ id: versionId }, { onSuccess: ({ id }) => { setRegistrationId(id); } }); } };
}
