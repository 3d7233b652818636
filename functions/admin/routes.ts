/** Which handler serves which operation, and how a request finds it. */
import type { Instant } from '../../core/ambient.ts';
import { WavecastError } from '../../core/errors.ts';
import { requireRole, type Caller } from '../../protocol/admin/caller.ts';
import { describeApi } from '../../protocol/admin/openapi.ts';
import { forms, operationNames, type OperationName } from '../../protocol/admin/operations.ts';
import { parseBody, parseQuery } from '../../protocol/admin/request.ts';
import type { Handler } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';
import * as appSettings from './app-settings.ts';
import * as apps from './apps.ts';
import * as life from './app-life.ts';
import * as authority from './authority.ts';
import * as branches from './branches.ts';
import * as files from './device-files.ts';
import * as commands from './commands.ts';
import { collectInventory, getInventory, listDeviceInstructions } from './device-inventory.ts';
import * as devices from './devices.ts';
import * as invitations from './invitations.ts';
import * as identities from './identities.ts';
import { instructDevices } from './instruct.ts';
import * as jobs from './jobs.ts';
import { getOverview } from './overview.ts';
import * as progress from './plan-progress.ts';
import { importPlans } from './plan-import.ts';
import * as preview from './plan-preview.ts';
import * as terms from './plan-terms.ts';
import { listFiles, removeFile } from './placed-files.ts';
import { foreseePlanTargets, listTargets } from './plan-targets.ts';
import * as plans from './plans.ts';
import * as profileSigner from './profile-signer.ts';
import * as pushCertificate from './push-certificate.ts';
import * as records from './records.ts';
import * as renewal from './profile-renewal.ts';
import * as selfService from './self-service.ts';
import { getTestInstall } from './test-install.ts';
import { getTimeline } from './timeline.ts';
import { getVersionTotals, listAdoption, listVersionDevices } from './version-devices.ts';

/** An operation without a handler, or with one of another form, does not compile. */
const handlers: { readonly [N in OperationName]: Handler<N> } = {
  getConfiguration: ({ services }) => Promise.resolve(services.configuration),
  getDescription: ({ services }) => Promise.resolve(describeApi(services.configuration.apiUrl)),
  getInstallation: ({ services }) => Promise.resolve(services.installation),
  getOverview,
  listBranches: branches.listBranches, getBranch: branches.getBranch, putBranch: branches.putBranch, getBranchLoad: branches.getBranchLoad,
  listDevices: devices.listDevices, getDevice: devices.getDevice, changeDevice: devices.changeDevice, deleteDevice: devices.deleteDevice,
  importDevices: files.importDevices, exportDevices: files.exportDevices, getInventory, listDeviceInstructions, collectInventory, getTimeline,
  invite: invitations.invite, listInvitations: invitations.listInvitations, getInvitation: invitations.getInvitation, importInvitations: invitations.importInvitations, withdrawInvitation: invitations.withdrawInvitation,
  revokeIdentity: identities.revokeIdentity,
  getAuthority: authority.getAuthority, rotateAuthority: authority.rotateAuthority, importAuthority: authority.importAuthority,
  sendCommand: commands.sendCommand, listCommands: commands.listCommands, clearCommands: commands.clearCommands, unenrolDevice: commands.unenrolDevice, getCommand: commands.getCommand,
  getPushCertificate: pushCertificate.getPushCertificate, setPushCertificate: pushCertificate.setPushCertificate,
  getProfileSigner: profileSigner.getProfileSigner, setProfileSigner: profileSigner.setProfileSigner, removeProfileSigner: profileSigner.removeProfileSigner,
  beginUpload: apps.beginUpload, completeUpload: apps.completeUpload, listFiles, removeFile, register: apps.register, getRegistration: apps.getRegistration,
  listApps: apps.listApps, getApp: apps.getApp, getVersion: apps.getVersion, verifyVersion: apps.verifyVersion, getVersionIcon: apps.getVersionIcon, testInstall: apps.testInstall,
  listVersionDevices, getVersionTotals, listAdoption, getTestInstall, instructDevices,
  getAppSettings: appSettings.getAppSettings, putAppSettings: appSettings.putAppSettings,
  renewProfile: renewal.renewProfile, sendProfile: renewal.sendProfile, listProfileDevices: renewal.listProfileDevices,
  replaceVersion: life.replaceVersion, changePlanVersion: life.changePlanVersion, withdrawVersion: life.withdrawVersion, deleteVersion: life.deleteVersion, deleteApp: life.deleteApp, getStorage: life.getStorage,
  listPlans: plans.listPlans, createPlan: plans.createPlan, editPlan: plans.editPlan, importPlans, previewNewPlan: preview.previewNewPlan, previewPlan: preview.previewPlan, foreseeTargets: foreseePlanTargets, listTargets, setPace: terms.setPace, setOpenLimit: terms.setOpenLimit, setWindows: terms.setWindows, startPlan: plans.startPlan,
  pausePlan: plans.pausePlan, resumePlan: plans.resumePlan, cancelPlan: plans.cancelPlan, reissuePlan: plans.reissuePlan,
  getPlan: progress.getPlan, listWaves: progress.listWaves, listVerdicts: progress.listVerdicts, listInstructions: progress.listInstructions,
  listPermissions: selfService.listPermissions, importPermissions: selfService.importPermissions, finishPermissions: selfService.finishPermissions, exportPermissions: selfService.exportPermissions,
  listAudit: records.listAudit, exportAudit: records.exportAudit,
  exportDistributionStatus: jobs.exportDistributionStatus, exportPlanTargets: jobs.exportPlanTargets, recountPlan: jobs.recountPlan, getJob: jobs.getJob, listJobs: jobs.listJobs,
};

/** A request as it came, with who sends it where the token was verified. */
export interface AdminRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: string | undefined;
  /** Throws where the claims give no role. */
  readonly caller: () => Caller;
}

/** On operations for anyone: there is no token to read a name from. */
const nobody: Caller = { name: 'nobody', role: 'viewer' };

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly serve: (services: AdminServices, id: string, request: AdminRequest, now: Instant) => Promise<unknown>;
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- it ties the schemas to the handler
function routeTo<N extends OperationName>(name: N): Route {
  const serveIt: Handler<N> = handlers[name];
  const { method, path, role, query, body } = forms[name];
  return {
    method, pattern: new RegExp(`^/v1/${path.replaceAll('.', '\\.').replace('{id}', '([^/]+)')}$`),
    async serve(services, id, request, now) {
      const caller = role === 'anyone' ? nobody : request.caller();
      if (role !== 'anyone') requireRole(caller, role);
      return serveIt({ services, caller, id, query: parseQuery(query, request.query), body: parseBody(body, request.body), now });
    },
  };
}

const routes: readonly Route[] = operationNames.map(routeTo);

/** Serves a request. Throws `not-found` for what the API does not have. */
export async function serveAdmin(services: AdminServices, request: AdminRequest): Promise<unknown> {
  for (const { method, pattern, serve } of routes) {
    const match = method === request.method ? pattern.exec(request.path) : null;
    if (match !== null) return serve(services, decoded(match[1] ?? ''), request, services.clock.now());
  }
  throw new WavecastError('not-found', 'The API has no such operation.', { remedy: 'See GET /v1/openapi.json.' });
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new WavecastError('invalid-input', 'The path cannot be decoded.', { remedy: 'Escape the id in the path.' });
  }
}
