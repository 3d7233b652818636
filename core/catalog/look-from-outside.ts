/** Fetches a manifest and its package as a device does, and says what it met. It judges nothing: that is done where the registration is known. */
import type { Logger } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { Sha256 } from '../ids.ts';
import type { ByteSource } from './byte-source.ts';
import type { Answered, OutsideView, SeenFile, SeenManifest, SeenPackage, Whereabouts } from './outside-view.ts';
import type { IpaFacts } from './package-facts.ts';

/** An answer under way. Its body may break off: then reading it throws. */
export interface Visit extends Answered {
  readonly etag?: string;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface LookServices {
  /** Asks as a device does: no exception from what TLS demands, no redirect. Never rejects: what went wrong is in the answer. */
  readonly visit: (method: 'GET' | 'HEAD', url: string, headers?: Readonly<Record<string, string>>) => Promise<Visit>;
  /** Throws `invalid-input` where it is no manifest. */
  readonly readManifest: (document: Uint8Array) => SeenManifest & { readonly packageUrl: string };
  /** Throws `package-unreadable` or `package-refused`. */
  readonly readPackage: (source: ByteSource) => Promise<IpaFacts>;
  readonly digest: (bytes: AsyncIterable<Uint8Array>, chunkSize: number) => Promise<{ readonly whole: Sha256; readonly chunks: readonly Sha256[]; readonly size: number }>;
  /** Until when a link says that it is good. */
  readonly linkUntil: (url: string) => number | undefined;
  readonly log: Logger;
}

/** A manifest of a package of 8 GiB has some 50 kB. */
const LARGEST_MANIFEST = 1024 * 1024;
/** Times that a download may break off before it is given up. */
const BREAKS = 5;

export async function lookFromOutside(services: LookServices, manifestUrl: string): Promise<OutsideView> {
  const view = await look(services, manifestUrl);
  services.log.info('looked from outside', { manifest: view.manifest.problem ?? view.manifest.status, file: view.file?.head.problem ?? view.file?.head.status });
  return view;
}

async function look(services: LookServices, manifestUrl: string): Promise<OutsideView> {
  const at = whereabouts(manifestUrl);
  const visit = await services.visit('GET', manifestUrl);
  const view: OutsideView = { at, manifest: answered(visit) };
  if (visit.status !== 200) return view;
  let found: ReturnType<LookServices['readManifest']>;
  try {
    found = services.readManifest(await whole(visit.body));
  } catch (error) {
    return { ...view, unreadable: reasonOf(error) };
  }
  const { packageUrl, ...says } = found;
  return { ...view, says, file: await lookAtFile(services, packageUrl, says.sha256Size) };
}

async function lookAtFile(services: LookServices, url: string, chunkSize: number): Promise<SeenFile> {
  const until = services.linkUntil(url);
  const head = await services.visit('HEAD', url);
  const seen: SeenFile = { at: whereabouts(url), head: answered(head), ...(until === undefined ? {} : { linkUntil: until }) };
  const { size, etag = '' } = head;
  if (head.status !== 200 || size === undefined) return seen;
  const ask = async (more: Readonly<Record<string, string>>): Promise<number> => {
    const visit = await services.visit('GET', url, { range: 'bytes=0-0', ...more });
    await skip(visit.body);
    return visit.status;
  };
  return {
    ...seen, range: await ask({}), ifRange: { same: await ask({ 'if-range': etag }), other: await ask({ 'if-range': '"another file"' }) },
    ...await readAsPackage(services, url, size), ...await readWhole(services, url, { size, etag }, chunkSize),
  };
}

async function readAsPackage(services: LookServices, url: string, size: number): Promise<Pick<SeenFile, 'says' | 'unreadable'>> {
  try {
    const facts = await services.readPackage({
      size,
      async read(offset, length) {
        const visit = await services.visit('GET', url, { range: `bytes=${offset}-${offset + length - 1}` });
        if (visit.status !== 206) throw new WavecastError('package-unreadable', 'A part of the file is not answered as a part.', { evidence: [String(visit.problem ?? visit.status)] });
        return whole(visit.body, length);
      },
    });
    return { says: seenPackage(facts) };
  } catch (error) {
    return { unreadable: reasonOf(error) };
  }
}

function seenPackage({ bundleId, version, shortVersion, title, profiles }: IpaFacts): SeenPackage {
  const ends = profiles.map(({ expiresAt }) => expiresAt);
  return { bundleId, version, shortVersion, title, ...(ends.length === 0 ? {} : { profileExpiresAt: Math.min(...ends) }) };
}

async function readWhole(services: LookServices, url: string, file: { readonly size: number; readonly etag: string }, chunkSize: number): Promise<Pick<SeenFile, 'digests' | 'interrupted'>> {
  try {
    return { digests: await services.digest(download(services, url, file), chunkSize) };
  } catch (error) {
    return { interrupted: reasonOf(error) };
  }
}

/** The whole file in order; a download that breaks off goes on from where it was, as a device's does. */
async function* download({ visit }: LookServices, url: string, { size, etag }: { readonly size: number; readonly etag: string }): AsyncGenerator<Uint8Array, undefined> {
  let at = 0;
  for (let breaks = 0; at < size; breaks += 1) {
    const answer = await visit('GET', url, at === 0 ? {} : { range: `bytes=${at}-`, 'if-range': etag });
    if (answer.status !== (at === 0 ? 200 : 206)) throw broken(at, size, answer.problem ?? `status ${answer.status}`);
    try {
      for await (const piece of answer.body) {
        at += piece.byteLength;
        yield piece;
      }
    } catch (error) {
      if (breaks === BREAKS) throw broken(at, size, reasonOf(error));
    }
    if (breaks > BREAKS) throw broken(at, size, 'it ended early');
  }
  return undefined;
}

function broken(at: number, size: number, why: string): WavecastError {
  return new WavecastError('package-unreadable', `after ${at} of ${size} bytes: ${why}`);
}

async function whole(body: AsyncIterable<Uint8Array>, most = LARGEST_MANIFEST): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.byteLength;
    if (size > most) throw new WavecastError('too-large', 'more was answered than asked for');
    pieces.push(piece);
  }
  const joined = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.byteLength;
  }
  return joined;
}

/** Enough of a body to be done with its connection: where a range is not obeyed the whole file would follow. */
async function skip(body: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const _ of body) return;
  } catch {
    // What was asked is how it answers, not what.
  }
}

function answered({ status, contentType, size, certificateUntil, problem }: Visit): Answered {
  return { status, contentType, ...(size === undefined ? {} : { size }), ...(certificateUntil === undefined ? {} : { certificateUntil }), ...(problem === undefined ? {} : { problem }) };
}

function whereabouts(url: string): Whereabouts {
  const [, scheme, host = ''] = /^([a-z]+):\/\/(\[[^\]]*\]|[^/:?#]*)/i.exec(url) ?? [];
  return { secure: scheme?.toLowerCase() === 'https', host };
}

/** Of errors that are not ours the name alone: a message may hold the address. */
function reasonOf(error: unknown): string {
  if (error instanceof WavecastError) return [error.message, ...error.evidence].join(' ');
  return error instanceof Error ? error.name : 'unknown';
}
