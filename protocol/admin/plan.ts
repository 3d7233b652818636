/** Plans and how far they are, in the administrators' API. */
import * as z from 'zod';
import { instructionKinds, instructionStates } from '../../core/instruction/instruction.ts';
import { planLimits } from '../../core/rollout/new-plan.ts';
import { planOperations as whatPlansDo } from '../../core/rollout/plan.ts';
import { planStates } from '../../core/rollout/plan-state.ts';
import { instant, pageOf, paging, reason, totals } from './field.ts';
import { operation } from './operation.ts';
import { branchForecast, MOST_PREVIEWED } from './plan-targets.ts';

const days = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
const window = z.strictObject({
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM, 00:00 to 23:59'),
  to: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'HH:MM, 00:01 to 24:00').meta({ description: 'At or before `from`: on the next day.' }),
  days: z.array(days).min(1).readonly().exactOptional().meta({ description: 'Days on which it opens; all where this is absent.' }),
  firstDay: z.iso.date().exactOptional().meta({ description: 'It opens on no earlier day, `YYYY-MM-DD`, local.' }),
  lastDay: z.iso.date().exactOptional().meta({ description: 'It opens on no later day.' }),
}).meta({ id: 'Window', description: 'A daily span of the branch\'s local time.' });

const whole = ({ min, max }: { readonly min: number; readonly max: number }) => z.number().int().min(min).max(max);
const abortRule = z.strictObject({
  share: z.number().min(0).max(1).meta({ description: '0.1 is ten per cent.' }),
  minimum: whole(planLimits.abortMinimum).meta({ description: 'Settled instructions that there must be before the rule counts.' }),
}).meta({ id: 'AbortRule', description: 'Pause when more of the settled than this share have failed.' });

const pace = z.strictObject({
  waveSize: whole(planLimits.waveSize).meta({ description: 'Devices instructed together.' }),
  intervalMinutes: whole(planLimits.intervalMinutes).meta({ description: 'Minutes between the waves of a branch.' }),
}).meta({ id: 'Pace' });

export const planRequest = z.strictObject({
  name: z.string().trim().min(planLimits.name.min).max(planLimits.name.max),
  operation: z.enum(whatPlansDo).default('install').meta({ description: '`remove` takes the app, whatever its version, from the devices that have it and manage it.' }),
  versionId: z.string().optional().meta({ description: 'What is installed; for `install` alone.' }),
  bundleId: z.string().optional().meta({ description: 'What is removed; for `remove` alone.' }),
  branches: z.array(z.strictObject({
    branchId: z.string(),
    windows: z.array(window).min(planLimits.windows.min).max(planLimits.windows.max),
    inventoryWindow: window.optional().meta({ description: 'Default 22:00-24:00.' }),
    pace: pace.optional().meta({ description: 'Its own; default: the plan\'s.' }),
  })).min(planLimits.branches.min).max(planLimits.branches.max),
  waveSize: whole(planLimits.waveSize).optional().meta({ description: 'Devices instructed together; default 50.' }),
  intervalMinutes: whole(planLimits.intervalMinutes).optional().meta({ description: 'Minutes between the waves of a branch; default 5.' }),
  deadlineHours: whole(planLimits.deadlineHours).optional().meta({ description: 'An installation that has not finished by then has failed; default 24.' }),
  abortRule: abortRule.optional(),
}).superRefine(({ operation: does, versionId, bundleId }, context) => {
  const issue = (path: string, message: string): void => { context.addIssue({ code: 'custom', path: [path], message }); };
  if (does === 'install' && versionId === undefined) issue('versionId', 'it is missing');
  if (does === 'install' && bundleId !== undefined) issue('bundleId', 'the version says which app it is: leave this out');
  if (does === 'remove' && bundleId === undefined) issue('bundleId', 'it is missing');
  if (does === 'remove' && versionId !== undefined) issue('versionId', 'every version is removed: leave this out');
}).meta({ id: 'PlanRequest', description: 'With `versionId` where it installs, with `bundleId` where it removes.' });

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
  targets: z.enum(['branches', 'list']),
  attempt: z.number().int(),
  formerPlanId: z.string().optional(),
  status: z.enum(['draft', 'live', 'paused', 'cancelled']),
  pausedBecause: z.string().optional(),
  createdBy: z.string(),
  createdAt: instant,
  startedAt: instant.optional(),
  revision: z.number().int(),
};
const versionWarning = z.string().optional().meta({ description: 'That the provisioning of its version ends soon or has ended, and what to do.' });
export const plan = z.object(planFields).meta({ id: 'Plan' });
export const madePlan = z.object({
  ...planFields, versionWarning,
  emptyBranches: z.array(z.string()).readonly().optional().meta({ description: 'Its branches in which no device is enrolled now; absent where there are none.' }),
}).meta({ id: 'MadePlan' });
export type PlanAnswer = z.infer<typeof plan>;
export const plans = pageOf(plan);

const run = z.object({
  status: z.enum(['waiting', 'running', 'paused', 'finished', 'cancelled']),
  nextSeq: z.number().int().meta({ description: 'Number of the next wave; the first is 1.' }),
  nextAt: instant.meta({ description: 'No wave opens before this.' }),
  window: z.object({ opensAt: instant, closesAt: instant }),
  finishedAt: instant.optional(),
  lastVerdict: z.object({ decision: z.enum(['advance', 'wait', 'pause', 'finish', 'exit']), words: z.string(), at: instant }).optional(),
}).meta({ id: 'Run', description: 'A plan being carried out in one branch.' });

const planBranch = z.object({
  branchId: z.string(),
  timeZone: z.string(),
  windows: z.array(window).readonly(),
  inventoryWindow: window,
  pace: pace.optional().meta({ description: 'Its own, where it is not the plan\'s.' }),
  devices: z.number().int().meta({ description: 'Devices that the plan is for there.' }),
  totals,
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
  branches: z.array(planBranch).readonly(),
}).meta({ id: 'PlanDetail' });
export type PlanDetail = z.infer<typeof planDetail>;

const advisedPace = z.object({
  waveSize: z.number().int(),
  intervalMinutes: z.number().int(),
  lastWaveAt: instant,
  endsAt: instant.meta({ description: 'When the last download ends.' }),
  peakShare: z.number().meta({ description: 'The largest share of the link that a minute takes.' }),
}).meta({ id: 'AdvisedPace' });

const advice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('within'), pace: advisedPace.optional() }).meta({ description: 'The budget is kept; with a pace that keeps it too and ends earlier, where there is one.' }),
  z.object({ kind: z.literal('slower'), pace: advisedPace }).meta({ description: 'The pace that keeps the budget and ends first.' }),
  z.object({ kind: z.literal('none'), because: z.enum(['night', 'link']) }).meta({ description: 'No pace keeps it and ends within two weeks: prompts of the night are answered together in the morning, or the link is too small for the package.' }),
]).meta({ id: 'Advice' });

const load = z.object({
  linkMbps: z.number(),
  from: instant,
  stepMinutes: z.number().int().meta({ description: 'Minutes of each entry of `bytes`.' }),
  bytes: z.array(z.number().int()).readonly().meta({ description: 'Expected bytes of each step, from `from` on.' }),
  peakShare: z.number().meta({ description: 'The largest share of the link that a minute takes, 0 to 1.' }),
  peakAt: instant,
  peakLocalTime: z.string(),
  minutesOver: z.number().int().meta({ description: 'Minutes that take more than the budget.' }),
  endsAt: instant.meta({ description: 'When the last download ends.' }),
  bytesLeft: z.number().meta({ description: 'Not through when the forecast ends, two weeks after the last start: the link cannot carry it.' }),
}).meta({ id: 'LinkLoad', description: 'What the downloads are expected to put on the branch\'s link.' });

const budget = z.number().gt(0).max(1).default(0.3).meta({ description: 'Share of every link that the plan may take.' });

export const preview = z.object({
  devices: z.number().int(),
  waves: z.number().int(),
  budget: z.number(),
  lastWaveAt: instant.optional(),
  branches: z.array(z.object({
    branchId: z.string(),
    timeZone: z.string(),
    devices: z.number().int(),
    waveSize: z.number().int(),
    intervalMinutes: z.number().int(),
    windows: z.number().int().meta({ description: 'Windows needed; more than one: waves go on in those of following days.' }),
    left: z.number().int().meta({ description: 'Devices for which no window is left.' }),
    finishesAt: instant.optional(),
    waves: z.array(z.object({ seq: z.number().int(), at: instant, localTime: z.string().meta({ description: '`YYYY-MM-DD HH:MM` in the branch\'s zone.' }), size: z.number().int() })).readonly(),
    load: load.optional().meta({ description: 'Absent where nothing is downloaded.' }),
    advice: advice.optional().meta({ description: 'For 40 branches at most: those that go over the budget by most, then those that take longest.' }),
  })).readonly(),
  targets: z.array(branchForecast).readonly().optional().meta({ description: `Whom it would instruct and whom not; of a draft for at most ${MOST_PREVIEWED} devices. Of others: POST plans/{id}/targets.` }),
}).meta({ id: 'Preview', description: 'An estimate from the devices of each branch now.' });
export type PreviewAnswer = z.infer<typeof preview>;
const previewRequest = z.strictObject({ budget }).meta({ id: 'PreviewRequest' });
const newPreviewRequest = planRequest.safeExtend({ budget }).meta({ id: 'NewPreviewRequest' });

const windowsRequest = z.strictObject({
  branches: z.array(z.strictObject({ branchId: z.string(), windows: z.array(window).min(planLimits.windows.min).max(planLimits.windows.max) })).min(1).max(planLimits.branches.max),
}).meta({ id: 'WindowsRequest' });

const paceRequest = z.strictObject({
  pace: pace.optional().meta({ description: 'The plan\'s, for every branch without its own.' }),
  branches: z.array(z.strictObject({ branchId: z.string(), pace: pace.optional().meta({ description: 'Without one the branch follows the plan again.' }) })).max(planLimits.branches.max).optional(),
}).refine((request) => request.pace !== undefined || (request.branches ?? []).length > 0, 'neither a pace nor a branch is named').meta({ id: 'PaceRequest' });

export const reissueRequest = z.strictObject({
  name: z.string().trim().min(planLimits.name.min).max(planLimits.name.max).optional(),
  windows: z.array(window).min(planLimits.windows.min).max(planLimits.windows.max).optional().meta({ description: 'For every branch, instead of the former plan\'s.' }),
  force: z.boolean().default(false).meta({ description: 'Also devices that were prompted twice for this version within a week.' }),
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
  unproven: z.boolean().default(false).meta({ description: 'Start although no test device has the version yet. The audit log keeps that it was said.' }),
}).meta({ id: 'PlanStart' });

const control = <P extends string>(path: P, summary: string) => operation('plans', 'POST', `plans/{id}/${path}` as const, { summary, answer: plan });

export const planOperations = {
  listPlans: operation('plans', 'GET', 'plans', { summary: 'Plans, newest first.', query: paging, answer: plans }),
  createPlan: operation('plans', 'POST', 'plans', { summary: 'Makes a plan. Nothing happens to any device until it is started.', body: planRequest, answer: madePlan }),
  previewNewPlan: operation('plans', 'POST', 'plans/preview', { role: 'viewer', summary: 'What a plan would do, without making it.', body: newPreviewRequest, answer: preview }),
  getPlan: operation('plans', 'GET', 'plans/{id}', { summary: 'A plan and how far it is.', answer: planDetail }),
  previewPlan: operation('plans', 'POST', 'plans/{id}/preview', { role: 'viewer', summary: 'What a plan will do.', body: previewRequest, answer: preview }),
  setPace: operation('plans', 'POST', 'plans/{id}/pace', { summary: 'Changes the pace of a plan, or of some of its branches, from the next wave on.', body: paceRequest, answer: plan }),
  setWindows: operation('plans', 'POST', 'plans/{id}/windows', { summary: 'Gives branches of a plan other windows, from the next wave on.', body: windowsRequest, answer: plan }),
  startPlan: operation('plans', 'POST', 'plans/{id}/start', { summary: 'Starts a plan: its waves go when its windows open. Its version must be proven, unless `unproven` says otherwise.', body: planStart, answer: plan }),
  pausePlan: control('pause', 'Pauses a plan: no wave opens any more; what was instructed goes on.'),
  resumePlan: control('resume', 'Resumes a paused plan at its next interval inside a window.'),
  cancelPlan: control('cancel', 'Cancels a plan for good, and withdraws what no device has fetched.'),
  reissuePlan: operation('plans', 'POST', 'plans/{id}/reissue', { summary: 'Makes a plan for the devices on which this one did not succeed, and for no others.', body: reissueRequest, answer: reissue }),
  listWaves: operation('plans', 'GET', 'plans/{id}/waves', { summary: 'Waves of a plan, by branch, oldest first.', query: waveQuery, answer: waves }),
  listInstructions: operation('plans', 'GET', 'plans/{id}/instructions', { summary: 'What became of each device\'s instruction.', query: instructionQuery, answer: instructions }),
};
