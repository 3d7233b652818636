/** Plans and how far they are, in the administrators' API. */
import * as z from 'zod';
import { instructionKinds, instructionStates } from '../../core/instruction/instruction.ts';
import { MOST_TAGS, tagPattern } from '../../core/device/device-text.ts';
import { reasonsOfFailure } from '../../core/instruction/reasons.ts';
import { MOST_LISTED } from '../../core/rollout/listed-devices.ts';
import { planLimits } from '../../core/rollout/new-plan.ts';
import { planOperations as whatPlansDo } from '../../core/rollout/plan.ts';
import { planStates } from '../../core/rollout/plan-state.ts';
import { instant, pageOf, paging, reason, reasonTotals, totals } from './field.ts';
import { operation } from './operation.ts';
import { preview, previewRequest } from './plan-preview.ts';
import { abortRule, canary, openCount, openLimit, pace, terms, whole, window } from './plan-terms.ts';

export const planRequest = z.strictObject({
  name: z.string().trim().min(planLimits.name.min).max(planLimits.name.max),
  operation: z.enum(whatPlansDo).default('install').meta({ description: '`remove` takes the app, whatever its version, from the devices that have it and manage it.' }),
  versionId: z.string().optional().meta({ description: 'What is installed; for `install` alone.' }),
  bundleId: z.string().optional().meta({ description: 'What is removed; for `remove` alone.' }),
  ...terms,
  tags: z.array(z.string().regex(tagPattern, 'a tag, of 1 to 40 characters')).min(1).max(MOST_TAGS).readonly().optional().meta({ description: 'Of the branches\' devices only those that carry one of these when their wave opens.' }),
  devices: z.array(z.string().min(1).max(64)).min(1).max(MOST_LISTED).readonly().optional().meta({ description: 'Of the branches\' devices only these, by name or serial number.' }),
}).superRefine(({ operation: does, versionId, bundleId, tags, devices }, context) => {
  const issue = (path: string, message: string): void => { context.addIssue({ code: 'custom', path: [path], message }); };
  if (does === 'install' && versionId === undefined) issue('versionId', 'it is missing');
  if (does === 'install' && bundleId !== undefined) issue('bundleId', 'the version says which app it is: leave this out');
  if (does === 'remove' && bundleId === undefined) issue('bundleId', 'it is missing');
  if (tags !== undefined && devices !== undefined) issue('tags', 'devices are listed: leave this out');
  if (does === 'remove' && versionId !== undefined) issue('versionId', 'every version is removed: leave this out');
}).meta({ id: 'PlanRequest', description: 'With `versionId` where it installs, with `bundleId` where it removes.' });

const draftRequest = planRequest.safeExtend({
  revision: z.number().int().min(1).meta({ description: 'Of the draft as it was read. Refused where it has changed since, unless it says the very same already.' }),
}).meta({ id: 'DraftRequest', description: 'All that the draft says from then on, as for a new plan: what is left out has its default. A seed that chance gave stays.' });

const newPreviewRequest = planRequest.safeExtend(previewRequest.shape).meta({ id: 'NewPreviewRequest' });

const branchHold = z.object({
  branchId: z.string(),
  kind: z.enum(['paused', 'superseded']).meta({ description: '`paused` until the branch is resumed; `superseded` for good, by a later plan.' }),
  by: z.string().meta({ description: 'The person\'s, or the later plan\'s name.' }),
}).meta({ id: 'BranchHold', description: 'A branch in which the plan stands still, whatever it does elsewhere.' });

const planFields = {
  id: z.string(),
  name: z.string(),
  operation: z.enum(whatPlansDo),
  bundleId: z.string(),
  versionId: z.string().meta({ description: 'What is installed. Of a removal: the newest version when it was planned; every version is removed.' }),
  shortVersion: z.string(),
  version: z.string(),
  waveSize: z.number().int(),
  intervalMinutes: z.number().int(),
  deadlineHours: z.number().int(),
  abortRule: abortRule.optional(),
  canary: canary.optional(),
  targets: z.enum(['branches', 'list']),
  tags: z.array(z.string()).readonly().optional().meta({ description: 'Only devices that carry one of these when their wave opens.' }),
  seed: z.string().optional().meta({ description: 'Where in the order of a branch\'s devices its waves begin: by chance, so that the same devices are not always the first.' }),
  attempt: z.number().int(),
  formerPlanId: z.string().optional(),
  reissueTimes: z.number().int().optional().meta({ description: 'How often what failed is tried again by itself; absent: never. The next attempt has one less.' }),
  reissuingUntil: instant.optional().meta({ description: 'The engine is making the next attempt.' }),
  reissued: z.object({
    at: instant, planId: z.string().optional().meta({ description: 'The next attempt; absent where none was made.' }), words: z.string().meta({ description: 'For how many devices, or why not.' }),
    waits: z.literal(true).optional().meta({ description: 'It is a draft, and is started by itself when the plans that `words` names are over.' }),
  }).optional().meta({ description: 'What became of trying it again by itself.' }),
  status: z.enum(['draft', 'live', 'paused', 'cancelled']),
  pausedBecause: z.string().optional(),
  holds: z.array(branchHold).readonly().optional(),
  createdBy: z.string(),
  createdAt: instant,
  startedAt: instant.optional(),
  startsAt: instant.optional().meta({ description: 'Windows count from here on, where it was started for later.' }),
  supersedes: z.array(z.string()).readonly().optional().meta({ description: 'Ids of plans whose place it took, in some branches or in all.' }),
  supersededBy: z.string().optional().meta({ description: 'The name of the plan that took its place in all its branches.' }),
  revision: z.number().int(),
};
const versionWarning = z.string().optional().meta({ description: 'That the provisioning of its version ends soon or has ended, and what to do.' });
export const plan = z.object(planFields).meta({ id: 'Plan' });
export const madePlan = z.object({
  ...planFields, versionWarning,
  emptyBranches: z.array(z.string()).readonly().optional().meta({ description: 'Its branches in which no device is enrolled now; absent where there are none.' }),
}).meta({ id: 'MadePlan' });
export const plansRequest = z.strictObject({
  csv: z.string().min(1).max(2_000_000).meta({ description: `Bulk instructions: Operation,OS type,Distributed application,Version,Smart device name[,Comment], a title line and at most ${MOST_LISTED} lines.` }),
  check: z.boolean().default(false).meta({ description: 'Only say what would be made.' }),
  ...terms,
}).meta({ id: 'PlansRequest', description: 'Bulk instructions, and where and when they are carried out.' });
const importedPlans = z.object({ plans: z.array(z.object({ ...planFields, versionWarning, devices: z.number().int() })).readonly() }).meta({ id: 'ImportedPlans' });
export type PlanAnswer = z.infer<typeof plan>;
export const plans = pageOf(plan);

const verdictFields = {
  decision: z.enum(['advance', 'wait', 'pause', 'finish', 'exit']),
  words: z.string(),
  at: instant,
  numbers: z.object({
    succeeded: z.number().int().meta({ description: 'Installed or removed.' }),
    failed: z.number().int(),
    rejected: z.number().int(),
    timedOut: z.number().int(),
    open: z.number().int().meta({ description: 'Not settled yet.' }),
    rule: abortRule.optional().meta({ description: 'The rule that was applied.' }),
    pushFault: z.string().optional().meta({ description: 'Why pushes were refused.' }),
  }).optional().meta({ description: 'What the engine counted of the branch\'s instructions.' }),
  places: openCount.optional().meta({ description: 'Where the branch has an open limit.' }),
};

const run = z.object({
  status: z.enum(['waiting', 'running', 'paused', 'finished', 'cancelled']),
  stage: z.object({
    name: z.enum(['canary', 'soak', 'rest']),
    instructed: z.number().int().meta({ description: 'Devices instructed in the canary.' }),
    size: z.number().int().optional().meta({ description: 'Devices that the canary is for; absent where it is the test devices.' }),
    until: instant.optional().meta({ description: 'Of a soak: the rest goes no earlier.' }),
    stopped: z.boolean().optional().meta({ description: 'The canary\'s rule has paused the plan: resuming goes on in spite of it.' }),
  }).optional().meta({ description: 'Where the branch stands in a plan with a canary.' }),
  nextSeq: z.number().int().meta({ description: 'Number of the next wave; the first is 1.' }),
  nextAt: instant.meta({ description: 'No wave opens before this.' }),
  window: z.object({ opensAt: instant, closesAt: instant }),
  finishedAt: instant.optional(),
  lastVerdict: z.object(verdictFields).optional(),
}).meta({ id: 'Run', description: 'A plan being carried out in one branch.' });

const planBranch = z.object({
  branchId: z.string(),
  timeZone: z.string(),
  windows: z.array(window).readonly(),
  inventoryWindow: window,
  pace: pace.optional().meta({ description: 'Its own, where it is not the plan\'s.' }),
  openLimit: openLimit.optional().meta({ description: 'How many installations may be open at once; no limit where this is absent.' }),
  places: openCount.optional(),
  devices: z.number().int().meta({ description: 'Devices that the plan is for there.' }),
  totals,
  reasons: reasonTotals.optional(),
  install: run.optional(),
  remove: run.optional().meta({ description: 'The run of a plan that removes; such a plan has no `install`.' }),
  inventory: run.optional(),
}).meta({ id: 'PlanBranch' });

/** One plan, with how far it is. */
export const planDetail = z.object({
  ...planFields,
  versionWarning,
  state: z.enum(planStates),
  asOf: instant.meta({ description: 'The server\'s present when it answered.' }),
  totals,
  reasons: reasonTotals.optional(),
  branches: z.array(planBranch).readonly(),
}).meta({ id: 'PlanDetail' });
export type PlanDetail = z.infer<typeof planDetail>;

const windowsRequest = z.strictObject({
  branches: z.array(z.strictObject({ branchId: z.string(), windows: z.array(window).min(planLimits.windows.min).max(planLimits.windows.max) })).min(1).max(planLimits.branches.max),
}).meta({ id: 'WindowsRequest' });

const paceRequest = z.strictObject({
  pace: pace.optional().meta({ description: 'The plan\'s, for every branch without its own.' }),
  branches: z.array(z.strictObject({ branchId: z.string(), pace: pace.optional().meta({ description: 'Without one the branch follows the plan again.' }) })).max(planLimits.branches.max).optional(),
}).refine((request) => request.pace !== undefined || (request.branches ?? []).length > 0, 'neither a pace nor a branch is named').meta({ id: 'PaceRequest' });

const limitRequest = z.strictObject({
  openLimit: openLimit.optional().meta({ description: 'Without one the limit is lifted.' }),
  branches: z.array(z.string()).min(1).max(planLimits.branches.max).optional().meta({ description: 'All where this is absent.' }),
}).meta({ id: 'LimitRequest' });

export const reissueRequest = z.strictObject({
  name: z.string().trim().min(planLimits.name.min).max(planLimits.name.max).optional(),
  windows: z.array(window).min(planLimits.windows.min).max(planLimits.windows.max).optional().meta({ description: 'For every branch, instead of the former plan\'s.' }),
  reasons: z.array(z.enum(reasonsOfFailure)).min(1).optional().meta({ description: 'Only what ended for one of these reasons.' }),
  branches: z.array(z.string()).min(1).max(planLimits.branches.max).optional().meta({ description: 'Only what was instructed in one of these branches.' }),
  deviceIds: z.array(z.string()).min(1).max(10_000).optional().meta({ description: 'Only these devices, so far as the plan did not succeed on them.' }),
  force: z.boolean().default(false).meta({ description: 'Also devices that were prompted twice for this version within a week.' }),
  reissueTimes: whole(planLimits.reissueTimes).optional().meta({ description: 'How often what fails then is tried again by itself; default: as often as the former plan says.' }),
}).meta({ id: 'ReissueRequest' });

export const reissue = z.object({
  ...planFields,
  devices: z.number().int().meta({ description: 'Devices that will be instructed again.' }),
  prompted: z.number().int().meta({ description: 'Left out: prompted twice within a week.' }),
  unreachable: z.number().int().meta({ description: 'Left out: not enrolled.' }),
}).meta({ id: 'Reissue' });

export const wave = z.object({
  id: z.string(),
  branchId: z.string(),
  kind: z.enum(instructionKinds),
  seq: z.number().int(),
  state: z.enum(['opening', 'open']),
  openedAt: instant,
  devices: z.number().int().meta({ description: 'Devices instructed.' }),
  skipped: z.number().int(),
  totals: totals.optional(),
}).meta({ id: 'Wave' });
export type WaveAnswer = z.infer<typeof wave>;
export const waves = pageOf(wave);
export const waveQuery = paging.extend({ branchId: z.string().optional(), kind: z.enum(instructionKinds).optional().meta({ description: 'Default: the plan\'s operation.' }) });

export const verdict = z.object({
  branchId: z.string(),
  seq: z.number().int().optional().meta({ description: 'The wave that it opened, where it opened one.' }),
  ...verdictFields,
}).meta({ id: 'Verdict', description: 'What the engine decided in a branch, and by which numbers.' });
export type VerdictAnswer = z.infer<typeof verdict>;

export const instruction = z.object({
  id: z.string(),
  kind: z.enum(instructionKinds),
  waveId: z.string(),
  deviceId: z.string(),
  deviceName: z.string(),
  branchId: z.string(),
  state: z.enum(instructionStates),
  reason: reason.optional(),
  cannotRunYet: z.boolean().optional(),
  attempt: z.number().int(),
  issuedAt: instant,
  deadline: instant,
  updatedAt: instant,
  finishedAt: instant.optional(),
  manifestAt: instant.optional().meta({ description: 'When the device first fetched its manifest: the command has reached it. Absent until then.' }),
  download: z.object({ startedAt: instant, endedAt: instant, bytes: z.number().int() }).optional().meta({ description: 'What the communication server has sent of the package, so far as its records of access have come.' }),
  history: z.array(z.object({ at: instant, state: z.enum(instructionStates), code: z.string().optional() })).readonly(),
}).meta({ id: 'Instruction' });
export type InstructionAnswer = z.infer<typeof instruction>;
export const instructions = pageOf(instruction);
export const instructionQuery = paging.extend({ branchId: z.string().optional(), state: z.enum(instructionStates).optional() });

export const planStart = z.strictObject({
  at: instant.optional().meta({ description: 'Windows count from this instant on; absent: from now on. At most a year ahead.' }),
  supersede: z.boolean().default(false).meta({ description: 'Plans under way for the same app and devices give way, where they meet: what no device has fetched of them is superseded, and their runs end there. Without it the start is refused.' }),
  unproven: z.boolean().default(false).meta({ description: 'Start although no test device has the version yet. The audit log keeps that it was said.' }),
}).meta({ id: 'PlanStart' });

const branchesRequest = z.strictObject({
  branches: z.array(z.string()).min(1).max(planLimits.branches.max).optional().meta({ description: 'Only these; absent: the whole plan.' }),
}).meta({ id: 'BranchesRequest' });

const cancelRequest = z.strictObject({
  onlyDraft: z.boolean().default(false).meta({ description: 'Refused unless the plan is a draft still: one that somebody has started meanwhile goes on.' }),
}).meta({ id: 'CancelRequest' });

export const planOperations = {
  listPlans: operation('plans', 'GET', 'plans', { summary: 'Plans, newest first.', query: paging, answer: plans }),
  createPlan: operation('plans', 'POST', 'plans', { summary: 'Makes a plan. Nothing happens to any device until it is started.', body: planRequest, answer: madePlan }),
  importPlans: operation('plans', 'POST', 'plans/import', { summary: 'Makes plans from a file of bulk instructions, one for each version that it names; none where a line has a mistake.', body: plansRequest, answer: importedPlans }),
  previewNewPlan: operation('plans', 'POST', 'plans/preview', { role: 'viewer', summary: 'What a plan would do, without making it.', body: newPreviewRequest, answer: preview }),
  getPlan: operation('plans', 'GET', 'plans/{id}', { summary: 'A plan and how far it is.', answer: planDetail }),
  editPlan: operation('plans', 'PUT', 'plans/{id}', { summary: 'Replaces what a plan that is a draft says. Its id stays, and who made it when.', body: draftRequest, answer: madePlan }),
  previewPlan: operation('plans', 'POST', 'plans/{id}/preview', { role: 'viewer', summary: 'What a plan will do.', body: previewRequest, answer: preview }),
  setOpenLimit: operation('plans', 'POST', 'plans/{id}/open-limit', { summary: 'Changes how many installations may be open at once: at once where there was a limit, else from the next wave on.', body: limitRequest, answer: plan }),
  setPace: operation('plans', 'POST', 'plans/{id}/pace', { summary: 'Changes the pace of a plan, or of some of its branches, from the next wave on.', body: paceRequest, answer: plan }),
  setWindows: operation('plans', 'POST', 'plans/{id}/windows', { summary: 'Gives branches of a plan other windows, from the next wave on.', body: windowsRequest, answer: plan }),
  startPlan: operation('plans', 'POST', 'plans/{id}/start', { summary: 'Starts a plan: its waves go when its windows open. Its version must be proven, unless `unproven` says otherwise.', body: planStart, answer: plan }),
  pausePlan: operation('plans', 'POST', 'plans/{id}/pause', { summary: 'Pauses a plan, or some of its branches: no wave opens there any more; what was instructed goes on.', body: branchesRequest, answer: plan }),
  resumePlan: operation('plans', 'POST', 'plans/{id}/resume', { summary: 'Resumes a paused plan, or branches that were paused, at the next interval inside a window.', body: branchesRequest, answer: plan }),
  cancelPlan: operation('plans', 'POST', 'plans/{id}/cancel', { summary: 'Cancels a plan for good, and withdraws what no device has fetched.', body: cancelRequest, answer: plan }),
  reissuePlan: operation('plans', 'POST', 'plans/{id}/reissue', { summary: 'Makes a plan for the devices on which this one did not succeed, or for some of them by reason, branch or name, and for no others.', body: reissueRequest, answer: reissue }),
  listWaves: operation('plans', 'GET', 'plans/{id}/waves', { summary: 'Waves of a plan, by branch, oldest first.', query: waveQuery, answer: waves }),
  listVerdicts: operation('plans', 'GET', 'plans/{id}/verdicts', { summary: 'What the engine decided, and why: by branch, newest first.', query: waveQuery, answer: pageOf(verdict) }),
  listInstructions: operation('plans', 'GET', 'plans/{id}/instructions', { summary: 'What became of each device\'s instruction.', query: instructionQuery, answer: instructions }),
};
