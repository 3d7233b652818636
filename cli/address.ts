/** Addresses that credentials may be sent to. */
import { wrongUsage } from './failure.ts';

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** TLS everywhere but on this very machine. */
export function isSafeAddress(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback.has(url.hostname)));
}

/** The server's address without a slash at the end. `source` names the flag or variable that it came from. */
export function parseServerAddress(text: string, source: string): string {
  const url = URL.parse(text);
  if (url === null) throw wrongUsage(`${source} is not an address: ${text}`, `Give ${source} the address of the API, for example https://api.example.com.`);
  if (!isSafeAddress(text)) throw wrongUsage(`${source} must begin with https://: tokens would cross the network unprotected.`, 'Use the https:// address of the API.');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '').replace(/\/v1$/, '');
}
