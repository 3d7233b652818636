/** Failures inside an execution: what Retry and Catch match on. */

/** An error with the name that a state machine sees. `cause` is free text, for function errors a JSON object as text. */
export class StatesError extends Error {
  override readonly name = 'StatesError';
  readonly error: string;
  override readonly cause: string;

  constructor(error: string, cause: string) {
    super(`${error}: ${cause}`);
    this.error = error;
    this.cause = cause;
  }

  /** Whether a catcher with these names takes it. */
  takenBy(errorEquals: readonly string[]): boolean {
    return takes(errorEquals, this.error);
  }
}

/** The thread was ended from outside (StopExecution, a failed sibling, the local cloud shutting down). Never matched. */
export class Aborted extends Error {
  override readonly name = 'Aborted';
}

export const timeoutError = 'States.Timeout';
export const queryError = 'States.QueryEvaluationError';
export const dataLimitError = 'States.DataLimitExceeded';
export const runtimeError = 'States.Runtime';

/**
 * Whether a retrier or catcher with these names takes the error.
 * Source: Step Functions developer guide, "Handling errors": States.ALL takes neither States.DataLimitExceeded nor
 * States.Runtime; States.TaskFailed takes all but States.Timeout.
 */
export function takes(errorEquals: readonly string[], error: string): boolean {
  if (errorEquals.includes(error)) return true;
  if (error === dataLimitError || error === runtimeError) return false;
  return errorEquals.includes('States.ALL') || (errorEquals.includes('States.TaskFailed') && error !== timeoutError);
}
