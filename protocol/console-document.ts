/** The console's document, made for one installation: it says itself whom its scripts may ask. */
import { WavecastError } from '../core/errors.ts';

/** Where a browser has to go from the console's pages: origins, without paths. */
export interface ConsoleNeighbours {
  /** API and sign-in. */
  readonly ask: readonly string[];
  /** Files of the communication server: uploads, exports, icons. */
  readonly files: string;
}

const HEAD = '<head>';

/**
 * A policy beside the one of the answer's headers: both must allow what is loaded. The header, which exists before the API does,
 * holds for every installation; this one names the addresses of this one, so that a script of strangers could tell nobody what it has read.
 */
export function withNeighbours(document: string, { ask, files }: ConsoleNeighbours): string {
  if (!document.includes(HEAD)) throw new WavecastError('internal', 'The console\'s document has no head.');
  const origins = [...new Set([...ask, files].map(originOf))].join(' ');
  const policy = `connect-src 'self' ${origins}; img-src 'self' ${originOf(files)}`;
  // Before anything that it is to hold for.
  return document.replace(HEAD, `${HEAD}\n    <meta http-equiv="content-security-policy" content="${policy}">`);
}

/** Throws for what is no address: it would end the policy, or the attribute that it stands in. */
function originOf(address: string): string {
  const { origin } = new URL(address);
  if (!/^https?:\/\/[a-z0-9.:-]+$/.test(origin)) throw new WavecastError('internal', 'An address of the installation is none.');
  return origin;
}
