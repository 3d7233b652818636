/** The emergency brake of a branch: seen at once, confirmed by the API, taken back where it refuses. */
import type { ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import type { BodyInputOf } from '../../../protocol/admin/asked.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { foresee, useDeed } from '../../api/deeds.ts';
import { useWords } from '../../language/language.tsx';
import { useConfirm } from '../../parts/confirm.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { branchesWords } from './branches-words.ts';

type Branch = AnswerOf<'getBranch'>;

export function BrakeButton({ branch }: { readonly branch: Branch }): ReactNode {
  const say = useWords(branchesWords);
  const confirm = useConfirm();
  const refusal = useRefusal('admin');
  const put = useDeed('putBranch', {
    done: ({ name, brake }) => (brake ? say.pulled(name) : say.released(name)),
    changes: ['getBranch', 'listBranches', 'getOverview'],
    foresee: [
      foresee<'putBranch', 'getBranch'>('getBranch', (now, { id, body }) => (now.id === id ? { ...now, brake: body.brake ?? false } : now)),
      foresee<'putBranch', 'listBranches'>('listBranches', (now, { id, body }) => ({ ...now, items: now.items.map((each) => (each.id === id ? { ...each, brake: body.brake ?? false } : each)) })),
    ],
  });
  const set = async (brake: boolean): Promise<void> => {
    // Whom it takes something from is asked; whoever gives it back need not be.
    const wanted = !brake || await confirm({ title: say.brakeTitle(branch.name), text: say.brakeText, devices: branch.devices, verb: say.pullBrake });
    if (wanted) put.mutate({ id: branch.id, body: { ...requestOf(branch), brake } });
  };
  return (
    <Button
      loading={put.isPending} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })}
      onClick={() => { void set(!branch.brake); }}
    >
      {branch.brake ? say.releaseBrake : say.pullBrake}
    </Button>
  );
}

/** A branch is replaced as a whole: what is said of it goes back as it was. */
function requestOf({ name, timeZone, linkMbps, brake, acceptance, openLimit }: Branch): BodyInputOf<'putBranch'> {
  return { name, timeZone, linkMbps, brake, ...(acceptance === undefined ? {} : { acceptance }), ...(openLimit === undefined ? {} : { openLimit }) };
}
