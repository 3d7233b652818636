/** Where an operation is asked for. */
import type { AnyAsked } from './asked.ts';
import { operations, type OperationName } from './operations.ts';

/** `url`: of the API, without a slash at the end. Values of the query that are undefined are left out. */
export function addressOf(url: string, name: OperationName, { id = '', query = {} }: AnyAsked): URL {
  const address = new URL(`${url}/v1/${operations[name].path.replace('{id}', encodeURIComponent(id))}`);
  const parameters: [string, unknown][] = Object.entries(query);
  // No query has other values than these; what is not given is undefined.
  for (const [key, value] of parameters) if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') address.searchParams.set(key, String(value));
  return address;
}
