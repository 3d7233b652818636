/** What a function's thread is told and what it answers. */

export interface WorkerSetting {
  /** Path of the bundle. */
  readonly bundle: string;
  readonly handlerName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memory: number;
  readonly timeoutMilliseconds: number;
  /** The local clock's shared state (local/clock.ts). */
  readonly clock: SharedArrayBuffer;
  /** PEM of the local root. */
  readonly rootCertificate?: string;
}

export interface ToWorker {
  readonly id: number;
  readonly event: unknown;
  readonly requestId: string;
}

/** As Lambda puts an error into an answer's payload. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export type FromWorker = { readonly ready: true } | { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: FunctionError };
