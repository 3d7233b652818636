/** Where every device is with one version, in the administrators' API. */
import * as z from 'zod';
import { outcomeStates } from '../../core/result/outcome.ts';
import { instant, pageOf, paging, totals } from './field.ts';
import { operation } from './operation.ts';

const versionDevicesQuery = paging.extend({
  branchId: z.string().optional(),
  state: z.enum(outcomeStates).optional().meta({ description: '`none`: not instructed, or there no more.' }),
  reason: z.string().max(60).optional().meta({ description: 'The code of a reason, for example `user-rejected`.' }),
});

const deviceOutcome = z.object({
  deviceId: z.string(),
  deviceName: z.string(),
  branchId: z.string(),
  state: z.enum(outcomeStates),
  reason: z.string().optional().meta({ description: 'Stable, for example `user-rejected`.' }),
  words: z.string().meta({ description: 'Why it is so, or what is awaited.' }),
  deviceCodes: z.array(z.string()).readonly().optional().meta({ description: 'The device\'s own codes, as it sent them.' }),
  since: instant.optional(),
  attempt: z.number().int().optional().meta({ description: '1 for the first instruction; a re-issue counts on.' }),
  planId: z.string().optional(),
}).meta({ id: 'DeviceOutcome', description: 'Where one device is with one version.' });

const versionTotals = z.object({
  instructions: totals.meta({ description: 'By state, of all plans that install the version. A device that was instructed again counts once in each plan.' }),
}).meta({ id: 'VersionTotals' });

const adoptionQuery = z.strictObject({
  bundleId: z.string().min(1).max(155).optional().meta({ description: 'All versions of this app; absent: the highest version of every app.' }),
});
const adoption = versionTotals.extend({ bundleId: z.string(), versionId: z.string() }).meta({ id: 'Adoption' });

export const versionDevicesOperations = {
  listAdoption: operation('apps', 'GET', 'adoption', { summary: 'How far versions have come: the highest one of every app that is not withdrawn, or all of one app.', query: adoptionQuery, answer: pageOf(adoption) }),
  getVersionTotals: operation('apps', 'GET', 'versions/{id}/totals', { summary: 'How far a version has come, without a word about single devices.', answer: versionTotals }),
  listVersionDevices: operation('apps', 'GET', 'versions/{id}/devices', {
    summary: 'Where every device is with a version, and why; by branch. A page may be short and still have a next one.', query: versionDevicesQuery,
    answer: pageOf(deviceOutcome).extend({ instructions: totals.optional().meta({ description: 'With the first page: instructions by state, of all plans that install the version. A device that was instructed again counts once in each plan.' }) }),
  }),
};
