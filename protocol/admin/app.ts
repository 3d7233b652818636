/** Apps, versions, their files and test installs in the administrators' API. */
import * as z from 'zod';
import { LARGEST_PACKAGE } from '../../core/catalog/package-size.ts';
import { planStates } from '../../core/rollout/plan-state.ts';
import { instant, pageOf } from './field.ts';
import { operation } from './operation.ts';

/** Of a version's file on the communication server. */
export const placementStates = ['missing', 'placed', 'mismatched', 'verified', 'proven'] as const;

/** Names that can be part of a key and of a link. */
const fileName = z.string().regex(/^(?!icon(-\d+)?\.png$)[\p{L}\p{N}][\p{L}\p{N} ._()+-]{0,199}$/u, 'letters, digits, spaces and . _ ( ) + -, at most 200 characters; not icon.png');
const shownText = z.string().trim().regex(/^[^<>&|^%"\p{Cc}]*$/u, 'no < > & | ^ % " nor control characters');
const bundleId = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.-]{0,154}$/, 'a bundle identifier: letters, digits, hyphens and dots');

export const uploadRequest = z.strictObject({
  fileName,
  size: z.number().int().min(1).max(LARGEST_PACKAGE, `a package may have at most ${LARGEST_PACKAGE / 1024 ** 3} GiB`).meta({ description: 'Bytes.' }),
  replace: z.boolean().default(false).meta({ description: 'Also where a verified version has this file name; it is mismatched then.' }),
}).meta({ id: 'UploadRequest' });

export const upload = z.object({
  uploadId: z.string(),
  partSize: z.number().int().meta({ description: 'Bytes of every part but the last.' }),
  parts: z.array(z.object({ partNumber: z.number().int(), url: z.string().meta({ description: 'PUT the part\'s bytes there and keep the ETag of the answer.' }) })).readonly(),
}).meta({ id: 'Upload' });

export const uploadCompletion = z.strictObject({
  fileName,
  parts: z.array(z.strictObject({ partNumber: z.number().int().min(1).max(10_000), etag: z.string().min(1).max(200) })).min(1).max(10_000),
}).meta({ id: 'UploadCompletion' });

export const placedFile = z.object({ fileName: z.string() }).meta({ id: 'PlacedFile' });

export const registrationRequest = z.strictObject({
  fileName: fileName.meta({ description: 'Its name on the communication server.' }),
  bundleId: bundleId.optional().meta({ description: 'The package name that the file must have.' }),
  version: z.string().min(1).max(100).optional().meta({ description: 'The short version that the file must have.' }),
  title: shownText.min(1).max(100).optional(),
  description: shownText.max(100).optional(),
}).meta({ id: 'RegistrationRequest' });
export type RegistrationRequest = z.infer<typeof registrationRequest>;

export const check = z.object({
  name: z.string(),
  passed: z.boolean(),
  expected: z.string(),
  found: z.string(),
  remedy: z.string().optional(),
}).meta({ id: 'Check' });

export const planUse = z.object({ id: z.string(), name: z.string(), state: z.enum(planStates) }).meta({ id: 'PlanUse' });

export const registration = z.object({
  id: z.string(),
  fileName: z.string(),
  state: z.enum(['awaiting-file', 'verifying', 'verified', 'refused']),
  versionId: z.string().optional(),
  bundleId: z.string().optional(),
  shortVersion: z.string().optional().meta({ description: 'Of the version that it is, like `version`.' }),
  version: z.string().optional(),
  supersedes: z.object({ versionId: z.string(), shortVersion: z.string(), version: z.string(), plans: z.array(planUse).readonly() }).optional().meta({ description: 'The version before it, and the plans that are still for that one: drafts can be given this one.' }),
  checks: z.array(check).readonly(),
  warnings: z.array(z.string()).readonly().optional().meta({ description: 'What was allowed and will matter later.' }),
  reason: z.string().optional().meta({ description: 'Why it was refused, with the evidence.' }),
  remedy: z.string().optional(),
  requestedBy: z.string(),
  createdAt: instant,
  updatedAt: instant,
}).meta({ id: 'Registration' });
export type RegistrationAnswer = z.infer<typeof registration>;

const deed = { at: instant, by: z.string() };

export const version = z.object({
  id: z.string(),
  bundleId: z.string(),
  shortVersion: z.string().meta({ description: 'CFBundleShortVersionString.' }),
  version: z.string().meta({ description: 'CFBundleVersion.' }),
  title: z.string(),
  fileName: z.string(),
  digest: z.string().meta({ description: 'SHA-256 of the file, hex.' }),
  size: z.number().int().meta({ description: 'Bytes.' }),
  minimumOsVersion: z.string(),
  deviceFamilies: z.array(z.number().int()).readonly().meta({ description: '1 iPhone, 2 iPad.' }),
  kind: z.string(),
  teamId: z.string(),
  applicationIdentifier: z.string().optional().meta({ description: 'Of the main app\'s profile, prefix included. An app of another prefix cannot upgrade this one.' }),
  iconWidth: z.number().int().optional().meta({ description: 'Pixels on each side of the icon; absent where there is none.' }),
  warnings: z.array(z.string()).readonly().meta({ description: 'What was allowed at registration and will matter later.' }),
  profileExpiresAt: instant.meta({ description: 'When devices stop to start it: the earliest end of its profiles and their certificates, renewed ones included.' }),
  warning: z.string().optional().meta({ description: 'That it ends within 60 days or has ended, and what to do.' }),
  renewal: z.object({ uuid: z.string(), name: z.string(), endsAt: instant, round: z.number().int(), ...deed }).optional().meta({ description: 'The profile that was renewed last, without the app being sent again.' }),
  placement: z.enum(placementStates),
  checks: z.array(check).readonly(),
  verifiedAt: instant.optional(),
  createdAt: instant,
  withdrawn: z.object({ ...deed, reason: z.string() }).optional().meta({ description: 'It is distributed no more, its links are dead and its file is gone. Registering the file again takes this back.' }),
  deleted: z.object(deed).optional().meta({ description: 'Out of the lists; kept for the plans that name it.' }),
}).meta({ id: 'Version' });
export type VersionAnswer = z.infer<typeof version>;

export const iconQuery = z.strictObject({ size: z.enum(['57', '512', 'original']).optional().meta({ description: 'Pixels on each side; the original size by default.' }) });
export const icon = z.object({ link: z.string().meta({ description: 'A PNG file.' }), expiresAt: instant }).meta({ id: 'Icon' });

const appFields = { bundleId: z.string(), title: z.string(), description: z.string(), createdAt: instant };
export const app = z.object({
  ...appFields,
  versions: z.number().int().meta({ description: 'Registered and not withdrawn.' }),
  latest: z.object({ id: z.string(), shortVersion: z.string(), version: z.string(), profileExpiresAt: instant, placement: z.enum(placementStates), iconWidth: z.number().int().optional() }).optional().meta({ description: 'The highest of them.' }),
  ending: z.array(z.object({ versionId: z.string(), shortVersion: z.string(), version: z.string(), warning: z.string() })).readonly().meta({ description: 'Those of them that end within 60 days or have ended.' }),
}).meta({ id: 'App' });
export const apps = pageOf(app);
export const appDetail = z.object({ ...appFields, versions: z.array(version).readonly() }).meta({ id: 'AppDetail', description: 'An app and its versions, newest first.' });

export const testInstallRequest = z.strictObject({
  deviceIds: z.array(z.string()).min(1).max(500).optional().meta({ description: 'Test devices; all of them where this is absent.' }),
}).meta({ id: 'TestInstallRequest' });

export const testInstall = z.object({
  waveId: z.string(),
  instructed: z.array(z.string()).readonly().meta({ description: 'Names of the devices instructed.' }),
  held: z.array(z.string()).readonly().meta({ description: 'Names of devices on which another instruction for the app is live.' }),
}).meta({ id: 'TestInstall' });

export const appOperations = {
  beginUpload: operation('apps', 'POST', 'uploads', { summary: 'Begins to place a file: links for its parts.', body: uploadRequest, answer: upload }),
  completeUpload: operation('apps', 'POST', 'uploads/{id}/complete', { summary: 'Puts the uploaded parts together.', body: uploadCompletion, answer: placedFile }),
  register: operation('apps', 'POST', 'registrations', { summary: 'Registers a placed file as a version: it is read, judged, digested and fetched as a device would.', body: registrationRequest, answer: registration }),
  getRegistration: operation('apps', 'GET', 'registrations/{id}', { summary: 'How far a registration is.', answer: registration }),
  listApps: operation('apps', 'GET', 'apps', { summary: 'All apps.', answer: apps }),
  getApp: operation('apps', 'GET', 'apps/{id}', { summary: 'An app, by its package name, and its versions.', answer: appDetail }),
  getVersion: operation('apps', 'GET', 'versions/{id}', { summary: 'One version.', answer: version }),
  verifyVersion: operation('apps', 'POST', 'versions/{id}/verify', { summary: 'Verifies a version\'s placement again: its file is compared with its registration, and fetched as a device would. The registration that is answered tells the end.', answer: registration }),
  getVersionIcon: operation('apps', 'GET', 'versions/{id}/icon', { summary: 'Where the icon of a version can be fetched, for some minutes.', query: iconQuery, answer: icon }),
  testInstall: operation('apps', 'POST', 'versions/{id}/test-install', { summary: 'Instructs test devices to install the version; the first that has it proves the placement.', body: testInstallRequest, answer: testInstall }),
};
