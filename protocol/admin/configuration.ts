import * as z from 'zod';
import { operation } from './operation.ts';

/** What a client must know to sign in. Public. */
export const configuration = z.object({
  apiUrl: z.string(),
  issuer: z.string().meta({ description: 'OpenID Connect issuer.' }),
  clientId: z.string().meta({ description: 'The public client of people: authorization code with PKCE.' }),
  scope: z.string(),
}).meta({ id: 'Configuration' });
export type Configuration = Readonly<z.infer<typeof configuration>>;

export const configurationOperations = {
  getConfiguration: operation('sign-in', 'GET', 'configuration', { role: 'anyone', summary: 'What a client must know to sign in.', answer: configuration }),
  getDescription: operation('sign-in', 'GET', 'openapi.json', { role: 'anyone', summary: 'This description.', answer: z.record(z.string(), z.unknown()) }),
};
