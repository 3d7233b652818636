/** What the web console must know of its installation: written by the deployment, public. */
import * as z from 'zod';

export const consoleSettings = z.object({
  /** Of the API, without a slash at the end. */
  apiUrl: z.string(),
  /** OpenID Connect issuer. */
  issuer: z.string(),
  /** The console's own public client. */
  clientId: z.string(),
  /** What an access token for the API needs. */
  scope: z.string(),
});
export type ConsoleSettings = Readonly<z.infer<typeof consoleSettings>>;
