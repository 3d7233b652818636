/** What became of a draft while it was being edited: somebody has saved it, started it, or what is saved was refused. */
import type { ReactNode } from 'react';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import type { ApiFailure } from '../../api/failure.ts';
import { useWords } from '../../language/language.tsx';
import { FailureText } from '../../parts/failure-text.tsx';
import { composeWords } from './compose-words.ts';
import type { Draft } from './draft.ts';
import type { Composer } from './use-composer.ts';

export interface EditNoticesProps {
  readonly composer: Pick<Composer, 'clashes' | 'carryOver'>;
  /** Somebody has saved since what is typed was begun. */
  readonly stale: boolean;
  /** The name of a plan that was a draft when its edit was begun. */
  readonly ended?: string | undefined;
  /** What is saved now is being read. */
  readonly reading: boolean;
  readonly failure: ApiFailure | null;
  readonly loaded: () => void;
}

export function EditNotices({ composer: { clashes, carryOver }, stale, ended, reading, failure, loaded }: EditNoticesProps): ReactNode {
  const say = useWords(composeWords);
  if (ended !== undefined) return <Alert type="warning">{say.noDraft(ended)}</Alert>;
  if (stale) return <Alert type="warning" header={say.stale} action={<Button loading={reading} onClick={() => { carryOver(); loaded(); }}>{say.loadAnew}</Button>}>{say.staleAbout}</Alert>;
  if (failure !== null) return <Alert type="error" header={say.notSaved}><FailureText failure={failure} /></Alert>;
  if (clashes === undefined) return null;
  const both = [...new Set(clashes.map((field) => say[labels[field]]))].join(', ');
  return <Alert type="info">{say.loaded}{both === '' ? null : <div>{say.clashes(both)}</div>}</Alert>;
}

/** Where a field is on the page. */
const labels = {
  name: 'name', operation: 'what', versionId: 'version', bundleId: 'app', branchIds: 'branches', windows: 'whereTo', own: 'whereTo', inventory: 'inventoryWindow', ownInventory: 'inventoryWindow',
  paces: 'pace', limits: 'openLimit', whom: 'whom', tags: 'tags', devices: 'devices', waveSize: 'waveSize', intervalMinutes: 'interval', openLimit: 'openLimit', deadlineHours: 'deadline', reissueTimes: 'reissueTimes',
  abortShare: 'abortShare', abortMinimum: 'abortMinimum', canary: 'canary', canarySize: 'canarySize', soakHours: 'soak', canaryAbortShare: 'canaryAbortShare', canaryAbortMinimum: 'abortMinimum', seed: 'seed', budget: 'budget',
} as const satisfies Readonly<Record<keyof Draft, string>>;
