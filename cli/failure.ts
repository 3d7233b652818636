/** How a command can end, and what a person is told when it does not end well. */

/** Exit codes of every command; `wavecast --help` prints them. */
export const exitCodes = {
  ok: 0,
  /** Refused by the server, or failed. */
  failed: 1,
  /** Wrong arguments. */
  usage: 2,
  notSignedIn: 3,
  /** The server could not be reached. */
  unreachable: 4,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface FailureDetails {
  readonly exitCode?: ExitCode;
  /** Stable and kebab-case: the API's where the API refused, ours otherwise. */
  readonly code?: string;
  /** What to do next, one sentence. */
  readonly remedy?: string;
  readonly evidence?: readonly string[];
  /** HTTP status where the server answered. */
  readonly status?: number;
  readonly cause?: unknown;
}

/** Ends a command. Message and remedy are for the terminal: they hold no tokens, secrets or links. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly remedy: string | undefined;
  readonly evidence: readonly string[];
  readonly status: number | undefined;

  constructor(message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.exitCode = details.exitCode ?? exitCodes.failed;
    this.code = details.code ?? 'failed';
    this.remedy = details.remedy;
    this.evidence = details.evidence ?? [];
    this.status = details.status;
  }
}

export function wrongUsage(message: string, remedy: string): CliFailure {
  return new CliFailure(message, { exitCode: exitCodes.usage, code: 'wrong-usage', remedy });
}

export function notSignedIn(message: string, remedy: string): CliFailure {
  return new CliFailure(message, { exitCode: exitCodes.notSignedIn, code: 'not-signed-in', remedy });
}

/** The network's own word for what went wrong (`ECONNREFUSED`, …), found behind fetch's general one. */
export function networkReason(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at.cause === undefined) return at.message;
  }
  return 'no answer';
}
