/** Single devices instructed at once, in the administrators' API. */
import * as z from 'zod';
import { MOST_AT_ONCE } from '../../core/rollout/instruct-now.ts';
import { planLimits } from '../../core/rollout/new-plan.ts';
import { operation } from './operation.ts';
import { whole } from './plan-terms.ts';

export const instructRequest = z.strictObject({
  deviceIds: z.array(z.string()).min(1).max(MOST_AT_ONCE),
  deadlineHours: whole(planLimits.deadlineHours).optional().meta({ description: 'An installation that has not finished by then has failed; default 24.' }),
  unproven: z.boolean().default(false).meta({ description: 'Although no test device has the version yet. The audit log keeps that it was said.' }),
  force: z.boolean().default(false).meta({ description: 'Also devices that a plan under way is still to instruct, and those that were prompted twice for the version within a week.' }),
}).meta({ id: 'InstructRequest' });

export const instructed = z.object({
  waveId: z.string(),
  instructed: z.array(z.string()).readonly().meta({ description: 'Names of the devices instructed.' }),
  leftOut: z.array(z.object({ name: z.string(), code: z.string().meta({ description: 'Stable, for example `already-installed`.' }), words: z.string() })).readonly().meta({ description: 'Devices that were not, and why.' }),
}).meta({ id: 'Instructed' });

export const instructOperations = {
  instructDevices: operation('devices', 'POST', 'versions/{id}/instruct', {
    summary: 'Instructs single devices to install the version: at once, outside the windows of any plan. Refused where none of them can be.', body: instructRequest, answer: instructed,
  }),
};
