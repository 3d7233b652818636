/** PUT /mdm/check-in: devices introduce themselves, say where to push, report by themselves, and leave. */
import { takeStatus } from '../core/device/declarative.ts';
import { authenticate, checkOut, pinned, updateToken } from '../core/device/enrol-device.ts';
import { WavecastError } from '../core/errors.ts';
import type { Sha256 } from '../core/ids.ts';
import { decodeCheckIn, type CheckInMessage, type DeclarativeMessage } from '../protocol/check-in.ts';
import { declarationAnswer, STATUS_ENDPOINT } from '../protocol/declarations.ts';
import { decodePlist } from '../protocol/plist.ts';
import { decodeStatusReport } from '../protocol/status-report.ts';
import { deviceEndpoint, empty, identified, type DeviceAnswer } from './device-edge.ts';
import { authorities, checkInServices, clock, reports } from './services.ts';

const services = checkInServices();
const rawReports = reports();

export const handler = deviceEndpoint(async (request) => {
  const signer = await identified(request, authorities, clock.now());
  return answer(signer, decodeCheckIn(decodePlist(request.body)));
});

async function answer(signer: Sha256, message: CheckInMessage): Promise<DeviceAnswer> {
  const now = clock.now();
  switch (message.type) {
    case 'Authenticate':
      await authenticate(services, signer, message, now);
      return empty;
    case 'TokenUpdate':
      await updateToken(services, signer, message.enrolmentId, { token: message.token, magic: message.pushMagic, dead: false }, now);
      return empty;
    case 'CheckOut':
      await checkOut(services, signer, message.enrolmentId, now);
      return empty;
    case 'DeclarativeManagement':
      return declarative(signer, message);
    default:
      await pinned(services, signer, message.enrolmentId);
      return harmless(message.type);
  }
}

/** Declarations are the same for every device; a status report is kept as it came before it is read. */
async function declarative(signer: Sha256, { enrolmentId, endpoint, data: report = new Uint8Array() }: DeclarativeMessage): Promise<DeviceAnswer> {
  if (endpoint === STATUS_ENDPOINT) {
    const now = clock.now();
    await takeStatus(services, signer, enrolmentId, () => decodeStatusReport(report), () => rawReports.keep(enrolmentId, now, report), now);
    return empty;
  }
  await pinned(services, signer, enrolmentId);
  const body = declarationAnswer(endpoint);
  if (body === undefined) throw new WavecastError('not-found', 'There is no such declaration.');
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body };
}

/** What iOS does not send, or we have nothing for; nothing of it is kept. */
function harmless(type: 'SetBootstrapToken' | 'GetBootstrapToken' | 'GetToken' | 'UserAuthenticate' | 'user channel'): DeviceAnswer {
  switch (type) {
    case 'UserAuthenticate':
      // Users of a shared device do not sign in here: 410 tells the device to go on without (Apple, UserAuthenticate).
      return { statusCode: 410 };
    case 'GetToken':
      // The answer must hold a token of Apple's services, and there is none.
      throw new WavecastError('not-found', 'There is no token of this service.');
    case 'SetBootstrapToken':
    case 'GetBootstrapToken':
    case 'user channel':
      return empty;
  }
}
