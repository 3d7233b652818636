/** Where to sign in, as the server itself says. */
import * as z from 'zod';
import { understand, unreachable } from './api-client.ts';

const configurationShape = z.object({ issuer: z.string(), clientId: z.string(), scope: z.string(), apiUrl: z.string() });
export type Configuration = Readonly<z.infer<typeof configurationShape>>;

const LONGEST_WAIT = 30_000;

/** `url`: of the API, without a slash at the end. */
export async function fetchConfiguration(fetch: typeof globalThis.fetch, url: string): Promise<Configuration> {
  let response: Response;
  try {
    response = await fetch(`${url}/v1/configuration`, { redirect: 'error', signal: AbortSignal.timeout(LONGEST_WAIT) });
  } catch (error) {
    throw unreachable(new URL(url).origin, error);
  }
  return understand(response, configurationShape, new URL(url).origin);
}
