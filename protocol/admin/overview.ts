/** Everything at a glance, in the administrators' API. */
import * as z from 'zod';
import { DAYS, LATELY, MOST_ROLLOUTS } from '../../core/result/overview.ts';
import { planOperations as whatPlansDo } from '../../core/rollout/plan.ts';
import { planStates } from '../../core/rollout/plan-state.ts';
import { deviceCounts, instant, totals } from './field.ts';
import { operation } from './operation.ts';

const rollout = z.object({
  planId: z.string(),
  name: z.string(),
  operation: z.enum(whatPlansDo),
  bundleId: z.string(),
  shortVersion: z.string(),
  version: z.string(),
  state: z.enum(planStates),
  pausedBecause: z.string().optional(),
  startedAt: instant.optional(),
  devices: z.number().int().meta({ description: 'That it is for.' }),
  branches: z.number().int(),
  totals,
}).meta({ id: 'Rollout' });

const versionFields = { versionId: z.string(), bundleId: z.string(), title: z.string(), shortVersion: z.string() };
const attention = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('push-certificate-missing') }),
  z.object({ kind: z.literal('push-certificate-ends'), at: instant }).meta({ description: 'Within 60 days, or it has.' }),
  z.object({ kind: z.literal('push-refused'), reason: z.string() }).meta({ description: 'Apple refuses our pushes: plans pause before their next wave.' }),
  z.object({ kind: z.literal('plan-paused'), planId: z.string(), name: z.string(), because: z.string().optional() }),
  z.object({ kind: z.literal('version-ends'), ...versionFields, at: instant }).meta({ description: 'The newest of an app: its provisioning ends within 60 days, or has ended.' }),
  z.object({ kind: z.literal('placement-broken'), ...versionFields }).meta({ description: 'The file is missing or is another one.' }),
  z.object({ kind: z.literal('placement-unproven'), ...versionFields }).meta({ description: 'No test device has the newest version of an app yet.' }),
  z.object({ kind: z.literal('devices-unreachable'), devices: z.number().int() }).meta({ description: 'Enrolled devices that cannot be woken: Apple says that their addresses are no longer good.' }),
  z.object({ kind: z.literal('brake'), branchId: z.string(), name: z.string() }).meta({ description: 'A branch to which no package is served.' }),
]).meta({ id: 'Attention', description: 'Something that goes no further, or will not for long, unless a person does something.' });

export const overview = z.object({
  asOf: instant.meta({ description: 'The server\'s present when it answered.' }),
  ...deviceCounts,
  branches: z.number().int(),
  installs: z.array(z.object({ day: z.iso.date(), installed: z.number().int() })).readonly().meta({ description: `Installations of all plans by the UTC day on which they were proven: the last ${DAYS} days, today last. Test installs are not among them.` }),
  rollouts: z.array(rollout).readonly().meta({ description: `Live and paused ones among the hundred newest plans, newest first, at most ${MOST_ROLLOUTS}.` }),
  lately: z.array(rollout).readonly().meta({ description: `Those that ended last among them, newest first, at most ${LATELY}.` }),
  reasons: z.record(z.string(), z.number().int()).meta({ description: 'Failures by reason code, of those under way and those that ended lately.' }),
  attention: z.array(attention).readonly().meta({ description: 'What waits for a person, what stops most first.' }),
}).meta({ id: 'Overview' });

export const overviewOperations = {
  getOverview: operation('records', 'GET', 'overview', { summary: 'The fleet, the rollouts under way, why devices failed, and what waits for a person.', answer: overview }),
};
