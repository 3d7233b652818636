/** Devices' identities in the administrators' API. */
import * as z from 'zod';
import { instant } from './field.ts';
import { operation } from './operation.ts';

export const revokedIdentity = z.object({
  deviceId: z.string(),
  fingerprint: z.string().meta({ description: 'SHA-256 of the certificate, hex.' }),
  revokedAt: instant,
}).meta({ id: 'RevokedIdentity' });

export const identityOperations = {
  revokeIdentity: operation('devices', 'POST', 'devices/{id}/revoke-identity', { role: 'admin', summary: 'Takes nothing from a device any more: its certificate is revoked and its management ends. It may enrol again by a new invitation.', answer: revokedIdentity }),
};
