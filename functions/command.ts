/** PUT /mdm/command: settles what a device reports, answers with what it is told next. */
import { newRenewalChallenge } from '../core/device/invite.ts';
import { signerOf } from '../core/device/profile-signer.ts';
import { WavecastError } from '../core/errors.ts';
import type { EnrolmentId, Sha256 } from '../core/ids.ts';
import { parkReport } from '../core/instruction/park-report.ts';
import { serveDevice } from '../core/instruction/serve-device.ts';
import { encodeCommand } from '../protocol/command.ts';
import { commandIdIn, decodeReport, type DeviceReport } from '../protocol/connect.ts';
import { decodePlist } from '../protocol/plist.ts';
import { deviceEndpoint, empty, signerOf as identityOf, type Signer } from './device-edge.ts';
import { enrolmentProfile } from './enrolment-profile.ts';
import { apiUrl, appSettings, authorities, clock, commandServices, inviteServices, knownAuthorities, manifestKey, parkServices, profileSigners, reports } from './services.ts';
import { wireForm } from './wire-form.ts';

const services = commandServices();
const parking = parkServices();
const renewing = inviteServices();
const rawReports = reports();

export const handler = deviceEndpoint(async (request) => {
  const now = clock.now();
  const signer = await identityOf(request, authorities, now);
  const { device: about, ...report } = await decoded(request.body, signer, now);
  const next = await serveDevice(
    services,
    { ...report, signer: signer.fingerprint, expired: signer.expired, answer: report, ...(about === undefined ? {} : { about }) },
    () => rawReports.keep(report.enrolmentId, now, request.body),
    now,
  );
  if (next === undefined) return empty;
  const command = await wireForm({ apiUrl: apiUrl(), linkKey: manifestKey, settings: appSettings(), renewalProfile: (of) => renewalProfile(of, signer.fingerprint, now) }, next);
  return { statusCode: 200, headers: { 'content-type': 'application/xml' }, body: encodeCommand(next.id, command) };
});

/** What cannot be decoded is refused all the same, but of a device of ours it is not lost, and does not stop its queue. */
async function decoded(body: Uint8Array, { fingerprint, expired }: Signer, now: number): Promise<DeviceReport> {
  try {
    return decodeReport(decodePlist(body));
  } catch (error) {
    if (expired || !(error instanceof WavecastError && error.code === 'invalid-input')) throw error;
    await parkReport(parking, { signer: fingerprint, commandId: commandIdIn(body), keep: (enrolmentId) => rawReports.keep(enrolmentId, now, body, 'unreadable') }, now);
    throw error;
  }
}

/** Bound to the certificate that the device has now: what it gets takes that one's place, and no other's. Signed as the profile was by which it came. */
async function renewalProfile(enrolmentId: EnrolmentId, pin: Sha256, now: number): Promise<Uint8Array> {
  const [known, enrolment, certificate, signers] = await Promise.all([knownAuthorities(), services.enrolments.enrolment(enrolmentId), services.invitations.certificate(pin), profileSigners().signers()]);
  if (known === undefined || enrolment === undefined) throw new WavecastError('internal', 'An identity cannot be renewed without its enrolment and an authority.');
  const signer = signerOf(signers, certificate?.signedBy);
  return enrolmentProfile(renewing.ids, { topic: enrolment.topic, signer, challenge: await newRenewalChallenge(renewing, { enrolmentId, pin }, signer?.fingerprint, now), authority: known.current }, now);
}
