/** Branches in the administrators' API. */
import * as z from 'zod';
import { openLimits } from '../../core/rollout/open-limit.ts';
import { deviceCounts, instant, pageOf } from './field.ts';
import { operation } from './operation.ts';

const share = z.number().min(0).max(1);
const openLimit = z.number().int().min(openLimits.min).max(openLimits.max);
const span = z.strictObject({ from: z.string(), to: z.string() });
const acceptance = z.strictObject({
  supervised: share.meta({ description: 'Share of the devices that install unasked, at any hour.' }),
  soon: share.meta({ description: 'Share of the others who answer within minutes of seeing the prompt.' }),
  startOfDay: share.meta({ description: 'Share who answer at the start of their next day.' }),
  late: share.meta({ description: 'Share who answer some time in the 24 hours after. With `soon` and `startOfDay` at most 1; the rest never answers.' }),
  soonMinutes: z.number().min(1).max(60).meta({ description: 'Mean minutes of a soon answer.' }),
  morning: span.meta({ description: 'Local time in which phones are first unlocked: `07:00` to `09:00`.' }),
  evening: span.meta({ description: 'Local time in which they are put away: `22:00` to `24:00`.' }),
}).meta({ id: 'AcceptanceModel', description: 'How the users of a branch answer prompts.' });

export const branchRequest = z.strictObject({
  name: z.string().trim().min(1).max(100),
  timeZone: z.string().min(1).max(64).meta({ description: 'IANA zone, for example `Asia/Tokyo`.' }),
  linkMbps: z.number().positive().max(1_000_000).meta({ description: 'Capacity of the link, Mbit/s.' }),
  brake: z.boolean().default(false).meta({ description: 'Emergency brake: while on, no package is served there.' }),
  acceptance: acceptance.exactOptional().meta({ description: 'Usual users where this is absent: nobody supervised; 70 % soon, in 10 minutes; 15 % at the start of the day; 15 % late.' }),
  openLimit: openLimit.exactOptional().meta({ description: 'How many installations of a plan may be open at once there, unless the plan says otherwise; no limit where this is absent.' }),
}).meta({ id: 'BranchRequest' });
export type BranchRequest = z.infer<typeof branchRequest>;

export const branch = z.object({
  id: z.string(),
  name: z.string(),
  timeZone: z.string(),
  linkMbps: z.number(),
  brake: z.boolean(),
  acceptance: acceptance.optional(),
  openLimit: openLimit.optional(),
  revision: z.number().int(),
  ...deviceCounts,
}).meta({ id: 'Branch' });
export type BranchAnswer = z.infer<typeof branch>;

export const branches = pageOf(branch);

const when = z.coerce.number<string | number>().int().min(0).max(8_640_000_000_000_000);
export const loadQuery = z.strictObject({
  from: when.optional().meta({ description: 'Milliseconds since the Unix epoch; two hours before `to` where this is absent.' }),
  hours: z.coerce.number<string | number>().int().min(1).max(168).optional().meta({ description: 'So many hours before `to`, instead of `from`: whoever asks need not know what now is.' }),
  to: when.optional().meta({ description: 'Milliseconds since the Unix epoch; now where this is absent. At most seven days after `from`.' }),
  everyMinutes: z.coerce.number<string | number>().int().min(1).max(1_440).default(1).meta({ description: 'How many minutes a step has.' }),
}).refine(({ from, hours }) => from === undefined || hours === undefined, { message: 'from is given: leave this out', path: ['hours'] });

export const branchLoad = z.object({
  branchId: z.string(),
  name: z.string(),
  timeZone: z.string(),
  linkMbps: z.number(),
  from: instant,
  to: instant,
  bytes: z.number().int().meta({ description: 'Sent to the branch in all of the time.' }),
  starts: z.number().int().meta({ description: 'Downloads that began.' }),
  steps: z.array(z.object({
    at: instant.meta({ description: 'When the step begins.' }),
    bytes: z.number().int(),
    starts: z.number().int(),
    mbps: z.number().meta({ description: 'On average over the step.' }),
    share: z.number().meta({ description: 'Of the link, 0 to 1.' }),
  })).readonly().meta({ description: 'In order; steps in which nothing was sent are left out.' }),
}).meta({ id: 'BranchLoad', description: 'What packages weighed on a branch\'s link, by the communication server\'s records of access, which come minutes after the requests.' });

export const branchOperations = {
  getBranchLoad: operation('branches', 'GET', 'branches/{id}/load', { summary: 'What packages weighed on the branch\'s link; kept for 90 days.', query: loadQuery, answer: branchLoad }),
  listBranches: operation('branches', 'GET', 'branches', { summary: 'All branches, by id.', answer: branches }),
  getBranch: operation('branches', 'GET', 'branches/{id}', { summary: 'One branch.', answer: branch }),
  putBranch: operation('branches', 'PUT', 'branches/{id}', { role: 'admin', summary: 'Makes a branch, or replaces what is said of it.', body: branchRequest, answer: branch }),
};
