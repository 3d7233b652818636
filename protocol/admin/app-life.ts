/** What becomes of versions after their registration, in the administrators' API: renewed, replaced, withdrawn, deleted, and what they take. */
import * as z from 'zod';
import { PRICE_PER_GB_MONTH, storageStandings } from '../../core/catalog/storage.ts';
import { planUse, version } from './app.ts';
import { instant, pageOf, reason } from './field.ts';
import { operation } from './operation.ts';
import { plan } from './plan.ts';

/** Base64 of 128 KB: a profile that lists a thousand devices has half of that. */
const MAX_PROFILE = 175_000;
/** As many as one request sends it to. */
const MAX_DEVICES = 50;

export const profileRequest = z.strictObject({
  profile: z.base64().min(1).max(MAX_PROFILE).meta({ description: 'The renewed `.mobileprovision`, base64.' }),
  again: z.boolean().default(false).meta({ description: 'The same profile as before: to be sent once more, also to devices that got it.' }),
}).meta({ id: 'ProfileRequest' });

export const profileRenewal = z.object({
  version,
  leftOut: z.number().int().meta({ description: 'Listed devices that the new profile no longer lists: they are instructed no more.' }),
  needBuild: z.number().int().meta({ description: 'Devices that it lists and the build does not: they need a new build.' }),
}).meta({ id: 'ProfileRenewal' });

const devicesOf = z.array(z.string()).min(1).max(MAX_DEVICES);
export const profileCommandsRequest = z.strictObject({
  branchId: z.string().optional().meta({ description: 'Its devices that have the version, by what they last reported.' }),
  deviceIds: devicesOf.optional().meta({ description: 'These devices, whatever they have.' }),
  after: z.string().min(1).max(1_000).optional().meta({ description: 'The `next` of the request before.' }),
}).refine(({ branchId, deviceIds }) => (branchId === undefined) !== (deviceIds === undefined), 'exactly one of branchId and deviceIds').meta({ id: 'ProfileCommandsRequest' });

export const profileCommands = z.object({
  sent: z.array(z.object({ deviceId: z.string(), deviceName: z.string(), commandUUID: z.string() })).readonly(),
  before: z.number().int().meta({ description: 'Devices that had been sent it before.' }),
  next: z.string().optional().meta({ description: 'There may be more devices in the branch: goes back as `after`.' }),
}).meta({ id: 'ProfileCommands' });

export const profileDevicesQuery = z.strictObject({
  branchId: z.string(),
  after: z.string().min(1).max(1_000).optional(),
  limit: z.coerce.number<string | number>().int().min(1).max(MAX_DEVICES).default(MAX_DEVICES).meta({ description: 'Devices of the branch that are looked at.' }),
});
export const profileDevice = z.object({
  deviceId: z.string(),
  deviceName: z.string(),
  state: z.enum(['not-sent', 'waiting', 'handed-out', 'not-now', 'acknowledged', 'failed', 'expired', 'withdrawn']),
  commandUUID: z.string().optional(),
  reportedAt: instant.optional(),
  reason: reason.optional(),
}).meta({ id: 'ProfileDevice' });

export const withdrawalRequest = z.strictObject({
  reason: z.string().trim().min(1).max(200).meta({ description: 'Why; it stays on record.' }),
  force: z.boolean().default(false).meta({ description: 'Cancel the plans that are going on with it.' }),
}).meta({ id: 'WithdrawalRequest' });
export const withdrawal = z.object({ version, cancelled: z.array(planUse).readonly().meta({ description: 'Plans that were cancelled, with the state they were in.' }) }).meta({ id: 'Withdrawal' });

export const versionDeletion = z.object({ deleted: z.array(z.string()).readonly().meta({ description: 'Ids of the versions.' }) }).meta({ id: 'VersionDeletion' });

export const versionChange = z.strictObject({ versionId: z.string().meta({ description: 'Of the same app.' }) }).meta({ id: 'VersionChange' });
export const replacement = z.object({
  changed: z.array(planUse).readonly().meta({ description: 'Drafts that are for the new version now.' }),
  going: z.array(planUse).readonly().meta({ description: 'Plans that go on with the old one.' }),
}).meta({ id: 'Replacement' });

export const storageQuery = z.strictObject({
  unusedDays: z.coerce.number<string | number>().int().min(0).max(3_650).default(30).meta({ description: 'A version that nobody has is unused after so many days.' }),
  pricePerGb: z.coerce.number<string | number>().min(0).max(1_000).default(PRICE_PER_GB_MONTH).meta({ description: 'Per GB (2^30 bytes) and month; the default is US dollars of S3 Standard in us-east-1.' }),
});
export const storage = z.object({
  bytes: z.number().int().meta({ description: 'Of all versions.' }),
  monthlyCost: z.number(),
  pricePerGb: z.number(),
  leftovers: z.object({ files: z.number().int(), bytes: z.number().int(), monthlyCost: z.number() }).meta({ description: 'Files that were placed and that no version goes by, besides.' }),
  versions: z.array(z.object({
    id: z.string(),
    bundleId: z.string(),
    shortVersion: z.string(),
    version: z.string(),
    bytes: z.number().int().meta({ description: 'Of all copies.' }),
    monthlyCost: z.number(),
    installed: z.number().int().meta({ description: 'Instructions of its plans that ended in an installation.' }),
    plans: z.number().int(),
    standing: z.enum(storageStandings),
    createdAt: instant,
  })).readonly(),
}).meta({ id: 'Storage' });

export const appLifeOperations = {
  renewProfile: operation('apps', 'POST', 'versions/{id}/profile', { summary: 'Renews the provisioning profile of a version without sending the app again; nothing is sent to devices yet.', body: profileRequest, answer: profileRenewal }),
  sendProfile: operation('apps', 'POST', 'versions/{id}/profile-commands', { summary: 'Sends the renewed profile to devices, 50 at most; nobody is sent it twice.', body: profileCommandsRequest, answer: profileCommands }),
  listProfileDevices: operation('apps', 'GET', 'versions/{id}/profile-devices', { summary: 'What became of the renewed profile on the devices of a branch that have the version.', query: profileDevicesQuery, answer: pageOf(profileDevice) }),
  replaceVersion: operation('apps', 'POST', 'versions/{id}/replace', { summary: 'Another version takes its place in the plans that are drafts.', body: versionChange, answer: replacement }),
  changePlanVersion: operation('plans', 'POST', 'plans/{id}/version', { summary: 'Gives a plan that is a draft another version of its app.', body: versionChange, answer: plan }),
  withdrawVersion: operation('apps', 'POST', 'versions/{id}/withdraw', { role: 'admin', summary: 'Takes a version back: it is distributed no more, its links die at once, its file is removed; it stays on record.', body: withdrawalRequest, answer: withdrawal }),
  deleteVersion: operation('apps', 'DELETE', 'versions/{id}', { role: 'admin', summary: 'Takes a withdrawn version out of the lists.', answer: versionDeletion }),
  deleteApp: operation('apps', 'DELETE', 'apps/{id}', { role: 'admin', summary: 'Takes an app out of the lists, with all its versions, which must be withdrawn.', answer: versionDeletion }),
  getStorage: operation('apps', 'GET', 'storage', { summary: 'What the versions on the communication server take and cost, and which are unused.', query: storageQuery, answer: storage }),
};
