/**
 * Failures that a caller can act on. Expected outcomes are values, not errors; what is thrown here ends a
 * request. The code is stable (clients match on it), the message is one sentence, the remedy says what to do next.
 * Neither carries secrets, tokens or payloads.
 */
export const errorCodes = [
  'invalid-input', // the request is malformed or out of range
  'not-found', // nothing has this id
  'conflict', // the state has moved on, or another thing holds the place
  'forbidden', // the role does not allow it
  'unauthenticated', // nobody we know is asking
  'too-large', // more than a request may carry
  'package-refused', // the file is no in-house app; evidence says why
  'package-unreadable', // the file is no IPA
  'placement-missing', // the version has no verified file on the communication server
  'placement-unproven', // no test device has the version yet; it may be started all the same, if that is said
  'identity-refused', // the device's certificate or signature does not hold
  'push-certificate-missing', // no APNs certificate is configured
  'throttled', // try again later
  'internal', // our fault
] as const;
export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorDetails {
  /** What the caller can do about it, one sentence. */
  readonly remedy?: string;
  /** Facts that support the verdict, printable. */
  readonly evidence?: readonly string[];
  readonly cause?: unknown;
}

export class WavecastError extends Error {
  override readonly name = 'WavecastError';
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly evidence: readonly string[];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.remedy = details.remedy;
    this.evidence = details.evidence ?? [];
  }
}
