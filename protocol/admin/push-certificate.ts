/** The organisation's APNs certificate in the administrators' API. */
import * as z from 'zod';
import { instant } from './field.ts';
import { isWhole, keyFile, notWhole } from './key-file.ts';
import { operation } from './operation.ts';

export const pushCertificateRequest = z.strictObject({
  ...keyFile,
  force: z.boolean().default(false).meta({ description: 'Also where it has another topic: enrolled devices cannot be woken until they enrol again.' }),
}).refine(isWhole, notWhole).meta({ id: 'PushCertificateRequest' });

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
