/** Why the engine did what it did: the verdicts kept of a plan, page by page. */
import type { Page } from '../device/store.ts';
import { WavecastError } from '../errors.ts';
import type { BranchId, PlanId } from '../ids.ts';
import type { InstructionKind } from '../instruction/instruction.ts';
import type { KeptVerdict } from '../rollout/plan.ts';
import type { PlanStore, RunStore } from '../rollout/store.ts';

export interface VerdictServices {
  readonly plans: Pick<PlanStore, 'branchesOf'>;
  readonly runs: Pick<RunStore, 'runs' | 'verdicts'>;
}

export interface BranchVerdict extends KeptVerdict {
  readonly branchId: BranchId;
}

/** Branches without verdicts that one page passes over: it may be short then, and still not be the last. */
const MAX_PASSED = 40;

/** By branch, newest first within each; `branchId`: that branch alone. `after`: the page before's `next`. */
export async function pageOfVerdicts(services: VerdictServices, planId: PlanId, { branchId, kind }: { readonly branchId: BranchId | undefined; readonly kind: InstructionKind }, after: string | undefined, limit: number): Promise<Page<BranchVerdict>> {
  const place = placeAfter(after);
  const branchIds = branchId === undefined ? (await services.plans.branchesOf(planId)).map((branch) => branch.branchId) : [branchId];
  const runs = (await services.runs.runs(planId, branchIds, [kind])).filter((run) => place === undefined || run.branchId >= place.branchId).toSorted((a, b) => (a.branchId < b.branchId ? -1 : 1));
  const items: BranchVerdict[] = [];
  for (const [passed, run] of runs.entries()) {
    const page = await services.runs.verdicts(run, run.branchId === place?.branchId ? place.within : undefined, limit - items.length);
    items.push(...page.items.map((verdict) => ({ branchId: run.branchId, ...verdict })));
    if (page.next !== undefined) return { items, next: `${run.branchId}/${page.next}` };
    const following = runs[passed + 1];
    if (following !== undefined && (items.length === limit || passed + 1 === MAX_PASSED)) return { items, next: `${following.branchId}/` };
  }
  return { items };
}

/** `branch/`: from that branch's newest on. */
function placeAfter(after: string | undefined): { readonly branchId: string; readonly within: string | undefined } | undefined {
  if (after === undefined) return undefined;
  const [, branchId, within] = /^([a-z0-9-]+)\/([0-9A-Za-z:.#-]*)$/.exec(after) ?? [];
  if (branchId === undefined) throw new WavecastError('invalid-input', 'The page asked for does not exist.', { remedy: 'Use the `next` of the page before, unchanged.' });
  return { branchId, within: within === '' ? undefined : within };
}
