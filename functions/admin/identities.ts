import { identityOf, revokeIdentity as revoked } from '../../core/device/revoke-identity.ts';
import { parseDeviceId } from '../../core/ids.ts';
import { audit, type Handler } from './admin-call.ts';

export const revokeIdentity: Handler<'revokeIdentity'> = async (call) => {
  const { services, now } = call;
  const found = await identityOf(services, parseDeviceId(call.id));
  const { device, enrolment: { pin: fingerprint, revokedAt } } = found;
  // A repetition finishes what was begun, and changes nothing that is worth a record.
  if (revokedAt === undefined) await audit(call, { action: 'device.revoke-identity', subject: device.id, before: { status: device.status, fingerprint }, after: { status: 'left', fingerprint, revokedAt: now } });
  return { deviceId: device.id, fingerprint, revokedAt: await revoked(services, found, now) };
};
