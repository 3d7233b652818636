/** The certificate that signs enrolment profiles, in the administrators' API. */
import * as z from 'zod';
import { instant } from './field.ts';
import { isWhole, keyFile, notWhole } from './key-file.ts';
import { operation } from './operation.ts';

const request = z.strictObject(keyFile).refine(isWhole, notWhole).meta({ id: 'ProfileSignerRequest', description: 'The certificates above the signing one follow it, or are in the PKCS #12 file.' });

const signer = z.object({
  signed: z.boolean().meta({ description: 'False: profiles are plain, and devices show them as not signed.' }),
  subject: z.string().optional(),
  issuer: z.string().optional(),
  fingerprint: z.string().optional().meta({ description: 'SHA-256 of the certificate, hex.' }),
  expiresAt: instant.optional(),
  warning: z.string().optional().meta({ description: 'That it ends soon, or has ended.' }),
  former: z.number().int().meta({ description: 'How many earlier signers are kept: devices renew by the one that they enrolled by.' }),
}).meta({ id: 'ProfileSigner' });

export const profileSignerOperations = {
  getProfileSigner: operation('devices', 'GET', 'profile-signer', { summary: 'Who signs enrolment profiles.', answer: signer }),
  setProfileSigner: operation('devices', 'PUT', 'profile-signer', { role: 'admin', summary: 'Sets the certificate that signs enrolment profiles from now on.', body: request, answer: signer }),
  removeProfileSigner: operation('devices', 'DELETE', 'profile-signer', { role: 'admin', summary: 'Hands out plain profiles from now on.', answer: signer }),
};
