/** PUT /mdm/command: settles what a device reports, answers with what it is told next. */
import type { QueuedCommand } from '../core/instruction/instruction.ts';
import { serveDevice } from '../core/instruction/serve-device.ts';
import { DEVICE_QUERIES, encodeCommand, MANAGEMENT_FLAGS, type WireCommand } from '../protocol/command.ts';
import { decodeReport } from '../protocol/connect.ts';
import { syncTokens } from '../protocol/declarations.ts';
import { encodeInstallLink } from '../protocol/install-link.ts';
import { decodePlist } from '../protocol/plist.ts';
import { WavecastError } from '../core/errors.ts';
import { newRenewalChallenge } from '../core/device/invite.ts';
import type { EnrolmentId, Sha256 } from '../core/ids.ts';
import { deviceEndpoint, empty, signerOf } from './device-edge.ts';
import { enrolmentProfile } from './enrolment-profile.ts';
import { apiUrl, authorities, clock, commandServices, inviteServices, knownAuthorities, linkKey, reports } from './services.ts';

const services = commandServices();
const renewing = inviteServices();
const rawReports = reports();

export const handler = deviceEndpoint(async (request) => {
  const now = clock.now();
  const { fingerprint: signer, expired } = await signerOf(request, authorities, now);
  const { device: about, ...report } = decodeReport(decodePlist(request.body));
  const next = await serveDevice(
    services,
    { ...report, signer, expired, answer: report, ...(about === undefined ? {} : { about }) },
    () => rawReports.keep(report.enrolmentId, now, request.body),
    now,
  );
  if (next === undefined) return empty;
  return { statusCode: 200, headers: { 'content-type': 'application/xml' }, body: encodeCommand(next.id, await wireForm(next, signer, now)) };
});

/** Links and challenges are made when a command is handed out: no secret waits in a queue. */
async function wireForm({ command, waveId, deviceId, enrolmentId }: QueuedCommand, signer: Sha256, now: number): Promise<WireCommand> {
  switch (command.type) {
    case 'install-application': {
      if (waveId === undefined) throw new WavecastError('internal', 'An install command belongs to no wave.');
      const link = encodeInstallLink({ waveId, deviceId }, await linkKey());
      return { requestType: 'InstallApplication', manifestUrl: `${apiUrl()}/d/${link}/manifest.plist`, managementFlags: MANAGEMENT_FLAGS };
    }
    case 'managed-application-list':
      return { requestType: 'ManagedApplicationList', identifiers: command.bundleIds };
    case 'installed-application-list':
      return { requestType: 'InstalledApplicationList', identifiers: command.bundleIds };
    case 'device-information':
      return { requestType: 'DeviceInformation', queries: DEVICE_QUERIES };
    case 'declarative-management':
      return { requestType: 'DeclarativeManagement', data: syncTokens };
    case 'install-profile':
      return { requestType: 'InstallProfile', payload: await renewalProfile(enrolmentId, signer, now) };
  }
}

/** Bound to the certificate that the device has now: what it gets takes that one's place, and no other's. */
async function renewalProfile(enrolmentId: EnrolmentId, pin: Sha256, now: number): Promise<Uint8Array> {
  const [known, enrolment] = await Promise.all([knownAuthorities(), services.enrolments.enrolment(enrolmentId)]);
  if (known === undefined || enrolment === undefined) throw new WavecastError('internal', 'An identity cannot be renewed without its enrolment and an authority.');
  return Buffer.from(enrolmentProfile(renewing.ids, enrolment.topic, await newRenewalChallenge(renewing, { enrolmentId, pin }, now), known.current), 'utf8');
}
