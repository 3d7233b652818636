import { renewProfile as renew } from '../../core/catalog/renew-profile.ts';
import { devicesWith, PROFILE_PAGE, profileStandings, renewalOf, sendProfile as send, type DevicePage, type ProfileStanding } from '../../core/catalog/send-profile.ts';
import { versionDue } from '../../core/catalog/version-end.ts';
import type { AppVersion } from '../../core/catalog/app.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseBranchId, parseDeviceId, type BranchId } from '../../core/ids.ts';
import { checkReachable } from '../../core/instruction/direct.ts';
import type { AnswerOf, BodyOf } from '../../protocol/admin/operations.ts';
import { decodeProvisioningProfile } from '../../protocol/provisioning-profile.ts';
import type { AdminServices } from './admin-services.ts';
import { audit, type Handler } from './admin-call.ts';
import { versionAnswer, versionOf } from './apps.ts';
import { reasonOfOutcome } from './commands.ts';

export const renewProfile: Handler<'renewProfile'> = async (call) => {
  const { services, caller, now, body: { profile, again } } = call;
  const before = await versionOf(call);
  const { version, leftOut, needBuild } = renew(before, decodeProvisioningProfile(Buffer.from(profile, 'base64')), { again, by: caller.name, now });
  const facts = ({ profileExpiresAt, renewal }: AppVersion) => ({ profileExpiresAt, ...(renewal === undefined ? {} : { profile: renewal.uuid, round: renewal.round }) });
  await audit(call, { action: 'version.renew-profile', subject: before.id, before: facts(before), after: { ...facts(version), leftOut, needBuild } });
  await services.catalogue.renew(before, version, profile);
  const due = versionDue(version, now);
  if (due !== undefined) await services.timers.put([due]);
  return { version: versionAnswer(version, now), leftOut, needBuild };
};

export const sendProfile: Handler<'sendProfile'> = async (call) => {
  const { services, caller, now, body } = call;
  const version = await versionOf(call);
  const renewal = renewalOf(version);
  const [profile, { devices, next }] = await Promise.all([services.catalogue.renewedProfile(version.id, renewal.uuid), devicesAsked(services, version, body)]);
  if (profile === undefined) throw new WavecastError('internal', 'The renewed profile is missing from the catalogue.', { remedy: 'Renew it once more.' });
  await audit(call, { action: 'version.send-profile', subject: version.id, after: { profile: renewal.uuid, round: renewal.round, devices: devices.map(({ name }) => name) } });
  const results = await send(services, { version, renewal, profile, by: caller.name, now }, devices);
  const sent = results.filter((result) => result.sent);
  return {
    sent: sent.map(({ device, commandId }) => ({ deviceId: device.id, deviceName: device.name, commandUUID: commandId })), before: results.length - sent.length, ...(next === undefined ? {} : { next }),
  };
};

/** A branch's page, or the devices named: those must be enrolled, since somebody means each of them. */
async function devicesAsked(services: AdminServices, version: AppVersion, { branchId, deviceIds = [], after }: BodyOf<'sendProfile'>): Promise<DevicePage> {
  if (branchId !== undefined) return devicesWith(services, version, await branchOf(services, branchId), after, PROFILE_PAGE);
  const devices = await Promise.all([...new Set(deviceIds)].map(async (id) => {
    const device = await services.devices.device(parseDeviceId(id));
    if (device === undefined) throw new WavecastError('not-found', `There is no device ${id}.`, { remedy: 'Use an id that `wavecast device list` shows.' });
    checkReachable(device);
    return device;
  }));
  return { devices, next: undefined };
}

export const listProfileDevices: Handler<'listProfileDevices'> = async (call) => {
  const { services, now, query: { branchId, after, limit } } = call;
  const version = await versionOf(call);
  const renewal = renewalOf(version);
  const { devices, next } = await devicesWith(services, version, await branchOf(services, branchId), after, limit);
  const items = (await profileStandings(services, version, renewal, devices, now)).map(standingAnswer);
  return next === undefined ? { items } : { items, next };
};

async function branchOf({ branches }: AdminServices, text: string): Promise<BranchId> {
  const branch = await branches.branch(parseBranchId(text));
  if (branch === undefined) throw new WavecastError('not-found', `There is no branch "${text}".`, { remedy: 'Name one that `wavecast branch list` shows.' });
  return branch.id;
}

function standingAnswer({ device, state, commandId, outcome }: ProfileStanding): AnswerOf<'listProfileDevices'>['items'][number] {
  const reason = outcome === undefined ? undefined : reasonOfOutcome(outcome);
  return {
    deviceId: device.id, deviceName: device.name, state, ...(commandId === undefined ? {} : { commandUUID: commandId }), ...(outcome === undefined ? {} : { reportedAt: outcome.at }), ...(reason === undefined ? {} : { reason }),
  };
}
