/**
 * The composition root: the one file that reads the environment and knows the adapters. Each function asks for what it
 * needs and the bundler leaves out the rest. Clients are made once per instance and kept between invocations.
 */
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createPushGateway } from '../adapters/apns/push-client.ts';
import { createEdgeGate } from '../adapters/cloudfront/edge-gate.ts';
import { createPackageLinks } from '../adapters/cloudfront/package-links.ts';
import { createAuditLog } from '../adapters/dynamodb/audit.ts';
import { createAuthorityDirectory } from '../adapters/dynamodb/authorities.ts';
import { createBranchStore } from '../adapters/dynamodb/branches.ts';
import { createCatalogueStore } from '../adapters/dynamodb/catalogue.ts';
import { createCommandQueue } from '../adapters/dynamodb/command-queue.ts';
import { createDeviceStore } from '../adapters/dynamodb/devices.ts';
import { createDocumentClient } from '../adapters/dynamodb/document-client.ts';
import { createEnrolmentStore } from '../adapters/dynamodb/enrolments.ts';
import { createEvidenceReads } from '../adapters/dynamodb/evidence.ts';
import { createInstructionStore } from '../adapters/dynamodb/instructions.ts';
import { createInventoryStore } from '../adapters/dynamodb/inventory.ts';
import { createInvitationStore } from '../adapters/dynamodb/invitations.ts';
import { createJobStore } from '../adapters/dynamodb/jobs.ts';
import { createPlaceStore } from '../adapters/dynamodb/places.ts';
import { createPlanStore } from '../adapters/dynamodb/plans.ts';
import { createPushFactsStore } from '../adapters/dynamodb/push-facts.ts';
import { createPushFaultStore } from '../adapters/dynamodb/push-fault.ts';
import { createLoadStore } from '../adapters/dynamodb/loads.ts';
import { createRunStore } from '../adapters/dynamodb/runs.ts';
import { createSelfServiceStore } from '../adapters/dynamodb/self-service.ts';
import { createTimeline } from '../adapters/dynamodb/timeline.ts';
import { createTimers } from '../adapters/dynamodb/timers.ts';
import { createEventBus } from '../adapters/eventbridge/event-bus.ts';
import { visit } from '../adapters/https/visitor.ts';
import { createIdentifiers } from '../adapters/identifiers.ts';
import { createBackground, createJobSlices, createPlacing, createReissuing } from '../adapters/lambda/background.ts';
import { packagedFiles } from '../adapters/packaged/files.ts';
import { createLook } from '../adapters/lambda/outside.ts';
import { createAccessLogs } from '../adapters/s3/access-logs.ts';
import { createExportStore } from '../adapters/s3/exports.ts';
import { createFileStore } from '../adapters/s3/files.ts';
import { createJobFiles } from '../adapters/s3/job-files.ts';
import { createRawReports } from '../adapters/s3/reports.ts';
import { createS3Client } from '../adapters/s3/s3-client.ts';
import { createSite } from '../adapters/s3/site.ts';
import { createWindowSchedules } from '../adapters/scheduler/window-schedules.ts';
import { createAuthoritySecret } from '../adapters/secrets/authority.ts';
import { createManifestLinkKeys, createPackageLinkKeys } from '../adapters/secrets/link-keys.ts';
import { createProfileSignerStore } from '../adapters/secrets/profile-signer.ts';
import { createPushCertificateStore } from '../adapters/secrets/push-certificate.ts';
import { createWaker } from '../adapters/sqs/waker.ts';
import { createExecutions } from '../adapters/step-functions/executions.ts';
import { WavecastError } from '../core/errors.ts';
import { rememberedSettings } from '../core/catalog/app-settings.ts';
import { goodGenerations, ofGeneration, type LinkKeys, type ManifestLinkKey, type PackageLinkKey } from '../core/catalog/link-keys.ts';
import type { DeliveryServices } from '../core/catalog/serve-manifest.ts';
import type { LookServices } from '../core/catalog/look-from-outside.ts';
import type { PlaceServices } from '../core/catalog/place-version.ts';
import type { PackageLinks } from '../core/catalog/store.ts';
import type { AccessServices } from '../core/catalog/take-access.ts';
import type { ProveServices } from '../core/catalog/test-install.ts';
import { beginVerification } from '../core/catalog/begin-verification.ts';
import type { FileEventServices } from '../core/catalog/watch-files.ts';
import type { StatusServices } from '../core/device/declarative.ts';
import { acceptedCertificates, OVERLAP, type AuthorityServices, type KnownAuthorities } from '../core/device/authority.ts';
import type { ProfileSignerStore } from '../core/device/profile-signer.ts';
import type { EnrolServices } from '../core/device/enrol-device.ts';
import type { InviteServices } from '../core/device/invite.ts';
import type { EnrolmentStore } from '../core/device/store.ts';
import type { ParkServices } from '../core/instruction/park-report.ts';
import type { ServeServices } from '../core/instruction/serve-device.ts';
import type { JobServices, StartServices } from '../core/job/carry-out.ts';
import type { WakeServices } from '../core/instruction/wake-devices.ts';
import type { AnnounceServices } from '../core/result/announce.ts';
import type { SettleServices } from '../core/result/settle-totals.ts';
import type { LaunchServices } from '../core/rollout/launch.ts';
import type { ReissueItselfServices } from '../core/rollout/reissue-itself.ts';
import type { RunStarter } from '../core/rollout/store.ts';
import type { SettlePlacesServices } from '../core/rollout/free-places.ts';
import type { SweepServices } from '../core/rollout/sweep.ts';
import type { TurnServices } from '../core/rollout/take-turn.ts';
import { fingerprintOfPem } from '../protocol/authority-certificate.ts';
import { digestChunks, digestText } from '../protocol/digest.ts';
import { renderIcon } from '../protocol/icon/render-icon.ts';
import { readIpa } from '../protocol/ipa.ts';
import { decodeManifest } from '../protocol/manifest.ts';
import { linkUntil } from '../protocol/package-link.ts';
import type { LegacyScep } from '../protocol/scep/server.ts';
import { encodeVerificationLink } from '../protocol/verification-link.ts';
import type { AdminServices } from './admin/admin-services.ts';
import { clock, log } from './ambient.ts';
import type { FunctionName, VariableOf } from './environment.ts';
import { variable } from './variable.ts';
import { openTable } from './job-tables.ts';
import { kept } from './kept.ts';

export { clock, log } from './ambient.ts';
export { planChangeOf } from '../adapters/dynamodb/plan-changes.ts';

/** Makes something at its first use. The annotation lets the bundler drop what a function does not use. */
/* @__NO_SIDE_EFFECTS__ */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

const ids = /* @__PURE__ */ createIdentifiers();
const dynamo = once(() => createDocumentClient(new DynamoDBClient({})));
const s3 = once(() => createS3Client());
const sqs = once(() => new SQSClient({}));
const secrets = once(() => new SecretsManagerClient({}));
const events = once(() => createEventBus({ client: new EventBridgeClient({}), bus: variable('EVENT_BUS') }));
const sfn = once(() => new SFNClient({}));

const table = (name: VariableOf<FunctionName> & `${string}_TABLE`) => ({ client: dynamo(), table: variable(name) });
const devices = once(() => createDeviceStore(table('DEVICES_TABLE')));
const timeline = once(() => createTimeline(table('DEVICES_TABLE')));
const branches = once(() => createBranchStore(table('DEVICES_TABLE')));
const enrolments = once(() => createEnrolmentStore(table('DEVICES_TABLE')));
const invitations = once(() => createInvitationStore(table('DEVICES_TABLE')));
const instructions = once(() => createInstructionStore({ ...table('INSTRUCTIONS_TABLE'), devicesTable: variable('DEVICES_TABLE') }));
/** For functions that have no queue to write to. */
const instructionsAlone = once(() => createInstructionStore({ ...table('INSTRUCTIONS_TABLE'), devicesTable: '' }));
const queue = once(() => createCommandQueue({ ...table('DEVICES_TABLE'), instructionsTable: variable('INSTRUCTIONS_TABLE') }));
/** For the function that takes reports. */
const reportQueue = once(() => createCommandQueue({ ...table('DEVICES_TABLE'), instructionsTable: variable('INSTRUCTIONS_TABLE'), inventoryTable: variable('INVENTORY_TABLE'), plansTable: variable('PLANS_TABLE') }));
const evidence = once(() => createEvidenceReads({ client: dynamo(), inventoryTable: variable('INVENTORY_TABLE'), instructionsTable: variable('INSTRUCTIONS_TABLE') }));
const timers = once(() => createTimers({ ...table('INSTRUCTIONS_TABLE'), clock }));
const inventory = once(() => createInventoryStore(table('INVENTORY_TABLE')));
const catalogue = once(() => createCatalogueStore(table('CATALOGUE_TABLE')));
const selfService = once(() => createSelfServiceStore(table('CATALOGUE_TABLE')));
const plans = once(() => createPlanStore({ ...table('PLANS_TABLE'), devicesTable: variable('DEVICES_TABLE') }));
const runs = once(() => createRunStore(table('PLANS_TABLE')));
const places = once(() => createPlaceStore(table('PLANS_TABLE')));
const pushFacts = once(() => createPushFactsStore(table('DEVICES_TABLE')));
const pushFaults = once(() => createPushFaultStore(table('PLANS_TABLE')));
const loads = once(() => createLoadStore(table('DEVICES_TABLE')));
const auditLog = once(() => createAuditLog({ ...table('AUDIT_TABLE'), ids }));
const jobs = once(() => createJobStore(table('PLANS_TABLE')));
const jobFiles = once(() => createJobFiles({ client: s3(), bucket: variable('REPORTS_BUCKET') }));
const waker = once(() => createWaker({ client: sqs(), queueUrl: variable('WAKE_QUEUE_URL') }));
const files = once(() => createFileStore({ client: s3(), bucket: variable('PACKAGES_BUCKET') }));
const gate = once(() => createEdgeGate({ client: new CloudFrontKeyValueStoreClient({}), storeArn: variable('GATE_ARN') }));

const executions = once(() => createExecutions({ client: sfn(), clock, ids, stateMachineArn: variable('STATE_MACHINE_ARN') }));
const starter = once((): RunStarter => ({
  ...executions(),
  ...createWindowSchedules({
    client: new SchedulerClient({}), clock, ids, stateMachineArn: variable('STATE_MACHINE_ARN'), group: variable('SCHEDULE_GROUP'),
    roleArn: variable('SCHEDULE_ROLE_ARN'), deadLetterArn: variable('SCHEDULE_DEAD_LETTER_ARN'),
  }),
}));

const authorityDirectory = once(() => createAuthorityDirectory(table('DEVICES_TABLE')));
/** Our certification authority, with its key; functions/authority.ts makes it. */
export const authorityServices = once((): AuthorityServices => ({
  authorityKeys: createAuthoritySecret({ client: secrets(), secretId: variable('AUTHORITY_SECRET'), clock }), authorityDirectory: authorityDirectory(), fingerprint: fingerprintOfPem,
}));
/** What is new is looked for when it is missed: an identity of an authority that is not among them, and nothing in it is ever taken back. */
const published = once(() => kept(clock, OVERLAP / 2, () => authorityDirectory().authorities()));
const pushCertificate = once(() => createPushCertificateStore({ client: secrets(), secretId: variable('PUSH_SECRET'), clock }));
export const profileSigners = once((): ProfileSignerStore => createProfileSignerStore({ client: secrets(), secretId: variable('PROFILE_SECRET'), clock }));
export const packageLinkKeys = once((): LinkKeys<PackageLinkKey> => createPackageLinkKeys({ client: secrets(), secretId: variable('LINK_SECRET'), clock }));
export const manifestLinkKeys = once((): LinkKeys<ManifestLinkKey> => createManifestLinkKeys({ client: secrets(), secretId: variable('MANIFEST_SECRET'), clock }));
/** The generation of keys with which links are made. */
const linkGeneration = (): number => Number(variable('LINK_GENERATION'));
const links = once((): PackageLinks => createPackageLinks({
  edgeUrl: variable('EDGE_URL'), keyPairId: variable('LINK_KEY_PAIR_ID'), privateKey: async () => ofGeneration(await packageLinkKeys().keys(), linkGeneration()).privateKey,
}));

/** The authorities, without their keys; undefined before the first enrolment profile. */
export const knownAuthorities = (): Promise<KnownAuthorities | undefined> => published().get();

/** Certificates (PEM) of the authorities whose identities are accepted; `again` looks for newer ones than are kept. */
export async function authorities(again: boolean): Promise<readonly string[]> {
  const known = again ? await published().again() : await published().get();
  return known === undefined ? [] : acceptedCertificates(known, clock.now());
}

/** The key with which manifest links are made, 32 bytes. */
export async function manifestKey(): Promise<Uint8Array> {
  return Buffer.from(ofGeneration(await manifestLinkKeys().keys(), linkGeneration()).key, 'base64url');
}

/** The keys that may prove a manifest link. */
export async function manifestKeys(): Promise<readonly Uint8Array[]> {
  const good = goodGenerations(linkGeneration());
  return (await manifestLinkKeys().keys()).filter(({ generation }) => good.includes(generation)).map(({ key }) => Buffer.from(key, 'base64url'));
}

/** The push topic of new enrolments. Throws `push-certificate-missing`. */
export async function pushTopic(): Promise<string> {
  const current = await pushFacts().facts();
  if (current === undefined) throw new WavecastError('push-certificate-missing', 'Devices cannot enrol before there is a push certificate.', { remedy: 'Set one with `wavecast push-certificate set`.' });
  return current.topic;
}

export const apiUrl = (): string => variable('API_URL');
/** Where enrolled devices come; the API's own address, unless they come by mutual TLS under another. */
export const mdmUrl = (): string => variable('MDM_URL');
/** Whether the ciphers and digests of old clients are accepted. */
export const legacyScep = (): LegacyScep => (variable('LEGACY_SCEP') === 'refuse' ? 'refuse' : 'accept');
export const organisation = (): string => variable('ORGANISATION');

export const turnServices = (): TurnServices => ({
  plans: plans(), runs: runs(), devices: devices(), branches: branches(), catalogue: catalogue(), instructions: instructions(), inventory: inventory(),
  timers: timers(), waker: waker(), starter: starter(), places: places(), ids, log,
});

export const launchServices = (): LaunchServices & ReissueItselfServices => ({
  plans: plans(), runs: runs(), devices: devices(), branches: branches(), catalogue: catalogue(), instructions: instructions(), timers: timers(), waker: waker(), starter: starter(),
  audit: auditLog(), ids, log,
});

export const settleServices = (): SettleServices & ProveServices & SettlePlacesServices => ({ instructions: instructionsAlone(), runs: runs(), catalogue: catalogue(), places: places(), waker: waker() });

export const announceServices = (): AnnounceServices => ({ plans: createPlanStore({ ...table('PLANS_TABLE'), devicesTable: '' }), runs: runs(), events: events(), ids });

export const sweepServices = (): SweepServices => ({
  runs: runs(), plans: plans(), places: places(), branches: branches(), instructions: instructions(), timers: timers(), waker: waker(), enrolments: enrolments(), queue: queue(), pushFacts: pushFacts(), catalogue: catalogue(), events: events(), ids, log,
  // The sweep starts what is overdue; it has no schedules to make.
  starter: { start: (run) => executions().start(run) },
  background: { reissue: createReissuing(new LambdaClient({}), variable('LAUNCH_FUNCTION')) },
});

export const wakerServices = (): WakeServices => ({
  devices: devices(), enrolments: enrolments(), waker: waker(), pushFaults: pushFaults(), log,
  gateway: createPushGateway({ url: variable('APNS_URL'), certificate: () => pushCertificate().current(), clock }),
});

export const placementServices = (): PlaceServices => ({
  catalogue: catalogue(), timers: timers(), files: files(), gate: gate(), readPackage: readIpa, renderIcon, digest: digestChunks, log,
  manifestUrl: async (versionId, expiresAt) => `${apiUrl()}/d/${encodeVerificationLink({ versionId, expiresAt }, await manifestKey())}/manifest.plist`,
  look: createLook(new LambdaClient({}), variable('VERIFY_FUNCTION')),
});

export const lookServices = (): LookServices => ({ visit, readManifest: decodeManifest, readPackage: readIpa, digest: digestChunks, linkUntil, log });

export const fileEventServices = (): FileEventServices => {
  const services = { catalogue: catalogue(), ids, place: createPlacing(new LambdaClient({}), variable('PLACEMENT_FUNCTION')) };
  return {
    catalogue: catalogue(), files: files(), log,
    async verify(version) {
      await beginVerification(services, version, 'the communication server', clock.now());
    },
  };
};

export const deliveryServices = (): DeliveryServices => ({ instructions: instructionsAlone(), catalogue: catalogue(), branches: branches(), links: links(), log });
export const accessServices = (): AccessServices => ({ loads: loads(), instructions: instructionsAlone() });

/** The console's files as they came with the function, and where they go. */
export const consoleSite = () => ({ files: packagedFiles(process.env['LAMBDA_TASK_ROOT'] ?? '', 'site'), site: createSite({ client: s3(), bucket: variable('CONSOLE_BUCKET') }) });

/** Where presigned links to files lead: the origin of any of them. */
export const filesOrigin = async (): Promise<string> => new URL(await files().link('any', 60)).origin;

export const accessLogs = () => createAccessLogs({ client: s3(), bucket: variable('LOGS_BUCKET') });
export const inviteServices = (): InviteServices => ({ invitations: invitations(), ids, digest: digestText });
export const scepServices = (): InviteServices & { readonly enrolments: EnrolmentStore } => ({ ...inviteServices(), enrolments: enrolments() });

export const checkInServices = (): EnrolServices & StatusServices => ({
  inventory: inventory(), devices: devices(), timeline: timeline(), enrolments: enrolments(), invitations: invitations(), queue: queue(), instructions: instructions(), timers: timers(), waker: waker(), organisation: organisation(), ids, log,
});

export const commandServices = (): ServeServices => ({
  queue: reportQueue(), places: places(), timers: timers(), evidence: evidence(), instructions: instructions(), inventory: inventory(), plans: plans(), devices: devices(), timeline: timeline(), enrolments: enrolments(), invitations: invitations(), waker: waker(), ids, log,
});

/** How each app is to be installed, as it was a minute ago at most. */
export const appSettings = once(() => rememberedSettings(catalogue(), clock));

export const parkServices = (): ParkServices => ({ queue: reportQueue(), certificates: invitations(), waker: waker(), log });

export const reports = () => createRawReports({ client: s3(), bucket: variable('REPORTS_BUCKET'), ids });

export const jobServices = (): JobServices & Pick<StartServices, 'background'> => ({
  jobs: jobs(), jobFiles: jobFiles(), clock, background: { job: createJobSlices(new LambdaClient({}), variable('JOB_FUNCTION')) },
  open: openTable({ branches: branches(), devices: devices(), plans: plans(), runs: runs(), instructions: instructionsAlone(), inventory: inventory(), catalogue: catalogue() }),
});

export const adminServices = (): AdminServices => ({
  ...inviteServices(),
  branches: branches(), loads: loads(), devices: devices(), timeline: timeline(), enrolments: enrolments(), queue: queue(), instructions: instructions(), inventory: inventory(), catalogue: catalogue(), selfService: selfService(), plans: plans(), runs: runs(), places: places(), timers: timers(), waker: waker(),
  files: files(), gate: gate(), exports: createExportStore({ client: s3(), bucket: variable('REPORTS_BUCKET') }), jobs: jobs(), jobFiles: jobFiles(), pushCertificate: pushCertificate(), profileSigners: profileSigners(), pushFacts: pushFacts(), pushFaults: pushFaults(),
  ...authorityServices(),
  // A heavy library, which few requests need.
  makeAuthority: async () => (await import('./authority.ts')).makeAuthority(),
  background: createBackground({ client: new LambdaClient({}), launchFunction: variable('LAUNCH_FUNCTION'), placementFunction: variable('PLACEMENT_FUNCTION'), jobFunction: variable('JOB_FUNCTION') }),
  audit: auditLog(), clock,
  configuration: { apiUrl: variable('API_URL'), issuer: variable('ISSUER_URL'), clientId: variable('CLI_CLIENT_ID'), scope: variable('SCOPE') },
  installation: { organisation: variable('ORGANISATION'), apiUrl: variable('API_URL'), mdmUrl: variable('MDM_URL'), edgeUrl: variable('EDGE_URL'), eventBus: variable('EVENT_BUS'), notificationTopic: variable('NOTIFICATION_TOPIC'), linkGeneration: Number(variable('LINK_GENERATION')) },
});
