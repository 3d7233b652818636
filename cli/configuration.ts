/** Where to sign in, as the server itself says. */
import type { Configuration } from '../protocol/admin/configuration.ts';
import { understand, unreachable } from './answer.ts';
import { addressOf } from '../protocol/admin/address.ts';

const LONGEST_WAIT = 30_000;

/** The one question that needs no token. `url`: of the API, without a slash at the end. */
export async function fetchConfiguration(fetch: typeof globalThis.fetch, url: string): Promise<Configuration> {
  const address = addressOf(url, 'getConfiguration', {});
  let response: Response;
  try {
    response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(LONGEST_WAIT) });
  } catch (error) {
    throw unreachable(address.origin, error);
  }
  return understand('getConfiguration', response, address.origin);
}
