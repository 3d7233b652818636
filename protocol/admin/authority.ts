/** The certification authority of device identities in the administrators' API. Its key goes in and never comes out. */
import * as z from 'zod';
import { instant } from './field.ts';
import { operation } from './operation.ts';

export const authority = z.object({
  fingerprint: z.string().meta({ description: 'SHA-256 of its certificate, hex: what enrolment profiles name.' }),
  subject: z.string(),
  serialNumber: z.string(),
  validFrom: instant,
  expiresAt: instant,
  certificate: z.string().meta({ description: 'PEM.' }),
  chain: z.array(z.string()).readonly().meta({ description: 'Certificates (PEM) that lead to its root; empty for a root.' }),
  replacedAt: instant.optional().meta({ description: 'When another began to issue; absent for the one that issues.' }),
  acceptedUntil: instant.optional().meta({ description: 'When the last of its identities ends, for one that was replaced.' }),
}).meta({ id: 'Authority' });

export const authorities = z.object({ current: authority, former: z.array(authority).readonly() }).meta({ id: 'Authorities', description: 'The authority that issues identities, and those before it whose identities still hold.' });
export type AuthoritiesAnswer = z.infer<typeof authorities>;

const pem = z.string().min(1).max(20_000);

export const authorityImport = z.strictObject({
  certificate: pem.meta({ description: 'The authority\'s own certificate, PEM.' }),
  key: pem.meta({ description: 'Its private key, PEM, unencrypted.' }),
  chain: pem.optional().meta({ description: 'The certificates above it, PEM, in order; left out for a root.' }),
}).meta({ id: 'AuthorityImport' });

export const authorityOperations = {
  getAuthority: operation('authority', 'GET', 'authority', { role: 'admin', summary: 'The authority that issues device identities, and the former ones.', answer: authorities }),
  rotateAuthority: operation('authority', 'POST', 'authority/rotate', { role: 'admin', summary: 'Makes a new authority, which issues from now on; identities of the former ones hold until they end.', answer: authorities }),
  importAuthority: operation('authority', 'PUT', 'authority', { role: 'admin', summary: 'Lets an authority issue that exists already; identities of the former ones hold until they end.', body: authorityImport, answer: authorities }),
};
