/** PUT /mdm/command: settles what a device reports, answers with what it is told next. */
import { WavecastError } from '../core/errors.ts';
import type { Sha256 } from '../core/ids.ts';
import { parkReport } from '../core/instruction/park-report.ts';
import { serveDevice } from '../core/instruction/serve-device.ts';
import { encodeCommand } from '../protocol/command.ts';
import { commandIdIn, decodeReport, type DeviceReport } from '../protocol/connect.ts';
import { decodePlist } from '../protocol/plist.ts';
import { deviceEndpoint, empty, identified } from './device-edge.ts';
import { apiUrl, appSettings, authorities, clock, commandServices, linkKey, parkServices, reports } from './services.ts';
import { wireForm } from './wire-form.ts';

const services = commandServices();
const parking = parkServices();
const rawReports = reports();

export const handler = deviceEndpoint(async (request) => {
  const now = clock.now();
  const signer = await identified(request, authorities, now);
  const { device: about, ...report } = await decoded(request.body, signer, now);
  const next = await serveDevice(
    services,
    { ...report, signer, answer: report, ...(about === undefined ? {} : { about }) },
    () => rawReports.keep(report.enrolmentId, now, request.body),
    now,
  );
  if (next === undefined) return empty;
  const command = await wireForm({ apiUrl: apiUrl(), linkKey, settings: appSettings() }, next);
  return { statusCode: 200, headers: { 'content-type': 'application/xml' }, body: encodeCommand(next.id, command) };
});

/** What cannot be decoded is refused all the same, but of a device of ours it is not lost, and does not stop its queue. */
async function decoded(body: Uint8Array, signer: Sha256, now: number): Promise<DeviceReport> {
  try {
    return decodeReport(decodePlist(body));
  } catch (error) {
    if (!(error instanceof WavecastError && error.code === 'invalid-input')) throw error;
    await parkReport(parking, { signer, commandId: commandIdIn(body), keep: (enrolmentId) => rawReports.keep(enrolmentId, now, body, 'unreadable') }, now);
    throw error;
  }
}
