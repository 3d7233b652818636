/** Where, when and how fast a plan instructs: the terms that requests and answers share. */
import * as z from 'zod';
import { planLimits } from '../../core/rollout/new-plan.ts';
import { openLimits } from '../../core/rollout/open-limit.ts';

const days = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
export const window = z.strictObject({
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM, 00:00 to 23:59'),
  to: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'HH:MM, 00:01 to 24:00').meta({ description: 'At or before `from`: on the next day.' }),
  days: z.array(days).min(1).readonly().exactOptional().meta({ description: 'Days on which it opens; all where this is absent.' }),
  firstDay: z.iso.date().exactOptional().meta({ description: 'It opens on no earlier day, `YYYY-MM-DD`, local.' }),
  lastDay: z.iso.date().exactOptional().meta({ description: 'It opens on no later day.' }),
}).meta({ id: 'Window', description: 'A daily span of the branch\'s local time.' });

export const whole = ({ min, max }: { readonly min: number; readonly max: number }) => z.number().int().min(min).max(max);
export const abortRule = z.strictObject({
  share: z.number().min(0).max(1).meta({ description: '0.1 is ten per cent.' }),
  minimum: whole(planLimits.abortMinimum).meta({ description: 'Settled instructions that there must be before the rule counts.' }),
}).meta({ id: 'AbortRule', description: 'Pause when more of the settled than this share have failed.' });

export const canary = z.strictObject({
  of: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('test-devices') }),
    z.strictObject({ kind: z.literal('count'), devices: whole(planLimits.canaryDevices) }),
    z.strictObject({ kind: z.literal('share'), share: z.number().gt(0).lt(1) }).meta({ description: '0.1 is ten per cent of the enrolled devices of each branch, when its first wave opens.' }),
  ]).meta({ description: 'Which devices of each branch go first.' }),
  soakHours: whole(planLimits.soakHours).meta({ description: 'Hours from the last wave of the canary to the first of the rest.' }),
  abortRule: abortRule.exactOptional().meta({ description: 'Holds instead of the plan\'s until the rest goes. Where fewer than its minimum are settled when the soak is over, the plan pauses, too.' }),
}).meta({ id: 'Canary', description: 'Some devices of each branch first; the rest goes when the soak is over and the rule holds, else the plan pauses.' });

export const pace = z.strictObject({
  waveSize: whole(planLimits.waveSize).meta({ description: 'Devices instructed together.' }),
  intervalMinutes: whole(planLimits.intervalMinutes).meta({ description: 'Minutes between the waves of a branch.' }),
}).meta({ id: 'Pace' });

export const openLimit = whole(openLimits);
export const openCount = z.object({
  limit: z.number().int(),
  open: z.number().int().meta({ description: 'Installations that are handed out and not finished.' }),
  waiting: z.number().int().meta({ description: 'Devices that are instructed and were not given it yet.' }),
}).meta({ id: 'OpenCount', description: 'How far the open limit of a branch is used.' });

/** Where, when and how fast: of every request for plans. */
export const terms = {
  branches: z.array(z.strictObject({
    branchId: z.string(),
    windows: z.array(window).min(planLimits.windows.min).max(planLimits.windows.max),
    inventoryWindow: window.optional().meta({ description: 'Default 22:00-24:00.' }),
    pace: pace.optional().meta({ description: 'Its own; default: the plan\'s.' }),
    openLimit: openLimit.nullable().optional().meta({ description: 'Its own; default: the plan\'s, or the branch\'s; null: none.' }),
  })).min(planLimits.branches.min).max(planLimits.branches.max),
  waveSize: whole(planLimits.waveSize).optional().meta({ description: 'Devices instructed together; default 50.' }),
  intervalMinutes: whole(planLimits.intervalMinutes).optional().meta({ description: 'Minutes between the waves of a branch; default 5.' }),
  deadlineHours: whole(planLimits.deadlineHours).optional().meta({ description: 'An installation that has not finished by then has failed; default 24.' }),
  abortRule: abortRule.optional(),
  canary: canary.optional(),
  openLimit: openLimit.nullable().optional().meta({ description: 'How many installations may be open at once in a branch, between handed out and finished; default: each branch\'s own, or no limit; null: none, whatever the branches have. For `install` alone.' }),
  reissueTimes: whole(planLimits.reissueTimes).optional().meta({ description: 'How often the devices on which it did not succeed are instructed again by themselves: once it is over, from the next windows on. Default 0.' }),
  seed: z.string().regex(/^[0-9a-f]{1,32}$/, '1 to 32 hexadecimal digits').optional().meta({ description: 'Where in the order of a branch\'s devices its waves begin, behind the test devices; of two plans with the same seed the same devices are the first. Default: by chance.' }),
};
