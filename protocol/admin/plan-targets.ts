/** Whom a plan would instruct and whom not, in the administrators' API. */
import * as z from 'zod';
import { pageOf, paging } from './field.ts';
import { operation } from './operation.ts';

/** A preview looks at every device only of plans for at most so many: some twenty reads. */
export const MOST_PREVIEWED = 1_000;

export const branchForecast = z.object({
  branchId: z.string(),
  devices: z.number().int(),
  instruct: z.number().int().meta({ description: 'Would be instructed.' }),
  instructed: z.number().int().meta({ description: 'Instructed by this plan already.' }),
  skipped: z.array(z.object({ code: z.string().meta({ description: 'Stable, for example `os-too-old`.' }), words: z.string(), devices: z.number().int() })).readonly().meta({ description: 'By reason, the most frequent first.' }),
}).meta({ id: 'BranchForecast', description: 'By what is known now, and by the decision that is made when a wave opens.' });
export type BranchForecastAnswer = z.infer<typeof branchForecast>;

const request = z.strictObject({
  branchId: z.string().optional().meta({ description: 'Only this branch; else all in which waves are to come.' }),
}).meta({ id: 'PlanTargetsRequest' });

const planTargets = z.object({ branches: z.array(branchForecast).readonly() }).meta({ id: 'PlanTargets' });

const listedTarget = z.object({ deviceId: z.string(), name: z.string(), branchId: z.string() }).meta({ id: 'ListedTarget' });

export const planTargetsOperations = {
  listTargets: operation('plans', 'GET', 'plans/{id}/targets', { summary: 'The devices that a plan lists one by one, by branch; none of a plan for all devices of its branches.', query: paging, answer: pageOf(listedTarget) }),
  foreseeTargets: operation('plans', 'POST', 'plans/{id}/targets', { role: 'viewer', summary: 'Counts whom a plan would instruct and whom it would skip, with the reasons, before its waves open.', body: request, answer: planTargets }),
};
