/** What went wrong between the console and the API, in a form that every page shows alike. */
import * as z from 'zod';

/** RFC 9457 with our code, remedy and evidence; gateways in between answer `message` alone. */
const problemShape = z.object({
  title: z.string().optional(), detail: z.string().optional(), message: z.string().optional(),
  code: z.string().optional(), remedy: z.string().optional(), evidence: z.array(z.string()).optional(),
});

/** `signed-out`: there is no token to ask with; `unreachable`: nobody answered; `not-understood`: the answer has not the form that was agreed. */
export type FailureKind = 'refused' | 'signed-out' | 'unreachable' | 'not-understood';

export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly kind: FailureKind;
  /** HTTP status where the server answered. */
  readonly status: number | undefined;
  /** The API's own, stable; undefined where something in front of it answered. */
  readonly code: string | undefined;
  readonly remedy: string | undefined;
  readonly evidence: readonly string[];

  constructor(kind: FailureKind, message: string, details: { readonly status?: number; readonly code?: string | undefined; readonly remedy?: string | undefined; readonly evidence?: readonly string[] | undefined; readonly cause?: unknown } = {}) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.status = details.status;
    this.code = details.code;
    this.remedy = details.remedy;
    this.evidence = details.evidence ?? [];
  }
}

/** A refusal, from the body of the answer. */
export function refusal(status: number, body: unknown): ApiFailure {
  const parsed = problemShape.safeParse(body);
  const { title, detail, message, code, remedy, evidence } = parsed.success ? parsed.data : {};
  return new ApiFailure('refused', detail ?? title ?? message ?? `HTTP ${status}`, { status, code, remedy, evidence });
}

/** Whether asking again may help: the server is there and cannot answer for the moment, or is not there. */
export function isPassing({ kind, status }: Pick<ApiFailure, 'kind' | 'status'>): boolean {
  return kind === 'unreachable' || (kind === 'refused' && status !== undefined && (status === 429 || status >= 500));
}

export function failureOf(error: unknown): ApiFailure {
  return error instanceof ApiFailure ? error : new ApiFailure('not-understood', error instanceof Error ? error.message : String(error), { cause: error });
}
