/** PUT /mdm/check-in: devices introduce themselves, say where to push, and leave. */
import { authenticate, checkOut, updateToken } from '../core/device/enrol-device.ts';
import { decodeCheckIn, type CheckInMessage } from '../protocol/check-in.ts';
import { decodePlist } from '../protocol/plist.ts';
import { deviceEndpoint, empty, identified, type DeviceAnswer } from './device-edge.ts';
import { authorities, checkInServices, clock } from './services.ts';
import type { Sha256 } from '../core/ids.ts';

const services = checkInServices();

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
    case 'UserAuthenticate':
      // Users of a shared device do not sign in here: 410 tells the device to go on without (Apple, UserAuthenticate).
      return { statusCode: 410 };
    case 'SetBootstrapToken':
    case 'GetBootstrapToken':
    case 'GetToken':
    case 'DeclarativeManagement':
      return empty;
  }
}
