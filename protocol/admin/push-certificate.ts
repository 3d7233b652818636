/** The organisation's APNs certificate in the administrators' API. */
import * as z from 'zod';
import { instant } from './field.ts';
import { operation } from './operation.ts';

const pem = z.string().min(1).max(20_000);

export const pushCertificateRequest = z.strictObject({
  certificate: pem.optional().meta({ description: 'PEM. With `key`, or neither.' }),
  key: pem.optional().meta({ description: 'PEM, unencrypted.' }),
  pkcs12: z.base64().min(1).max(100_000).optional().meta({ description: 'A .p12 or .pfx file, base64: instead of `certificate` and `key`.' }),
  password: z.string().max(200).default('').meta({ description: 'Of the PKCS #12 file.' }),
  force: z.boolean().default(false).meta({ description: 'Also where it has another topic: enrolled devices cannot be woken until they enrol again.' }),
}).refine(({ certificate, key, pkcs12 }) => (pkcs12 === undefined ? certificate !== undefined && key !== undefined : certificate === undefined && key === undefined), { message: 'give certificate and key, or pkcs12' })
  .meta({ id: 'PushCertificateRequest' });
export type PushCertificateRequest = z.infer<typeof pushCertificateRequest>;

export const pushCertificate = z.object({
  topic: z.string(),
  expiresAt: instant,
  warning: z.string().optional().meta({ description: 'That it ends soon, or has ended, and what to do.' }),
  fault: z.string().optional().meta({ description: 'Why pushes are refused: plans pause before their next wave.' }),
}).meta({ id: 'PushCertificate' });

export const pushCertificateOperations = {
  getPushCertificate: operation('devices', 'GET', 'push-certificate', { summary: 'Topic and end of the APNs certificate, and whether pushes are refused.', answer: pushCertificate }),
  setPushCertificate: operation('devices', 'PUT', 'push-certificate', { role: 'admin', summary: 'Sets the APNs certificate, or replaces it with the renewed one.', body: pushCertificateRequest, answer: pushCertificate }),
};
