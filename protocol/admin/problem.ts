/** Errors of the administrators' API: RFC 9457, with a stable code and what to do next. */
import { WavecastError, type ErrorCode } from '../../core/errors.ts';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly remedy?: string;
  readonly evidence?: readonly string[];
}

const titles: Readonly<Record<ErrorCode, readonly [status: number, title: string]>> = {
  'invalid-input': [400, 'The request is not valid'],
  unauthenticated: [401, 'Nobody is signed in'],
  forbidden: [403, 'The role does not allow this'],
  'not-found': [404, 'Not found'],
  conflict: [409, 'The state has moved on'],
  'too-large': [413, 'Too large'],
  'package-refused': [422, 'The package is refused'],
  'package-unreadable': [422, 'The package cannot be read'],
  'placement-missing': [422, 'The version has no verified file'],
  'placement-unproven': [409, 'No test device has the version'],
  'identity-refused': [400, 'The identity is refused'],
  'push-certificate-missing': [409, 'There is no push certificate'],
  throttled: [429, 'Too many requests'],
  internal: [500, 'Something went wrong on our side'],
};

/** What is not one of our own errors is our fault, and says nothing of its inside. */
export function problemOf(error: unknown): Problem {
  const known = error instanceof WavecastError && error.code !== 'internal' ? error : undefined;
  const code = known?.code ?? 'internal';
  const remedy = known === undefined ? 'Try again later; when it stays so, look at the server\'s log.' : known.remedy;
  const [status, title] = titles[code];
  return {
    type: `urn:wavecast:problem:${code}`, title, status, code, detail: known?.message ?? 'The request could not be carried out.',
    ...(remedy === undefined ? {} : { remedy }), ...(known === undefined || known.evidence.length === 0 ? {} : { evidence: known.evidence }),
  };
}

/** HTTP status of an error. */
export function problemStatus(code: ErrorCode): number {
  return titles[code][0];
}
