/** Asks the communication server for a file as a device does: HEAD for what it is, and one byte for whether it resumes. */
import type { Probe } from '../../core/catalog/place-version.ts';

/** A device waits longer; an administrator who verifies wants an answer. */
const PATIENCE = 20_000;

/** Never throws: what went wrong is the answer. */
export async function probeFile(url: string): Promise<Probe> {
  try {
    const head = await fetch(url, { method: 'HEAD', redirect: 'error', signal: AbortSignal.timeout(PATIENCE) });
    const part = await fetch(url, { headers: { range: 'bytes=0-0' }, redirect: 'error', signal: AbortSignal.timeout(PATIENCE) });
    await part.arrayBuffer();
    return { status: head.status, contentType: head.headers.get('content-type') ?? '', size: Number(head.headers.get('content-length') ?? Number.NaN), ranges: part.status === 206 };
  } catch (error) {
    return { status: 0, contentType: '', size: 0, ranges: false, problem: reasonOf(error) };
  }
}

/** The code of the failure beneath (`CERT_HAS_EXPIRED`, `ENOTFOUND`): never the address, which is a secret. */
function reasonOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined;
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown';
}
