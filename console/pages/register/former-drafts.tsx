/** Plans that are still for the version before this one: drafts can be given this one, what goes on stays as it is. */
import type { ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { State } from '../../parts/state.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { planStateColours, planStateWords } from '../../vocabulary/states.ts';
import { registerWords } from './register-words.ts';

export interface FormerDraftsProps {
  readonly version: Pick<AnswerOf<'getVersion'>, 'id' | 'shortVersion' | 'version'>;
  readonly former: NonNullable<AnswerOf<'getRegistration'>['supersedes']>;
}

export function FormerDrafts({ version, former: { versionId, plans, ...former } }: FormerDraftsProps): ReactNode {
  const say = useWords(registerWords);
  const { number } = useFormats();
  const drafts = plans.filter(({ state }) => state === 'draft');
  const refusal = useRefusal('operator') ?? (drafts.length === 0 ? say.noDrafts : undefined);
  const deed = useDeed('replaceVersion', { done: ({ changed }) => say.draftsChanged(number(changed.length)), changes: ['getRegistration', 'listPlans', 'getPlan'] });
  const name = `${former.shortVersion} (${former.version})`;
  return (
    <Container header={(
      <Header
        variant="h2" description={say.formerAbout}
        actions={<Button loading={deed.isPending} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={() => { deed.mutate({ id: versionId, body: { versionId: version.id } }); }}>{say.changeDrafts(`${version.shortVersion} (${version.version})`)}</Button>}
      >
        {say.former(name)}
      </Header>
    )}>
      <ul className="checks">{plans.map((plan) => <li key={plan.id} className="line"><Link href={`/plans/${plan.id}`}>{plan.name}</Link> <State of={plan.state} words={planStateWords} colours={planStateColours} /></li>)}</ul>
    </Container>
  );
}
