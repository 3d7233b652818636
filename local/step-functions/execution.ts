/** What is known of one execution: everything needed to go on with it after a restart, and to describe it. */
import type { Instant } from '../../core/ambient.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** Variables and data are parsed JSON. Mutable: the interpreter moves it on and saves it. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly machineName: string;
  readonly roleArn: string;
  /** Digest of the definition it runs by; a new deployment changes nothing for it. */
  readonly definition: string;
  /** JSON text as given to StartExecution. */
  readonly input: string;
  readonly startedAt: Instant;
  status: ExecutionStatus;
  stoppedAt?: Instant;
  /** JSON text. */
  output?: string;
  error?: string;
  cause?: string;
  /** Events written so far, also the last event's id. */
  events: number;
  root: Thread;
}

/** One line of control: the machine's own, a branch's, or an iteration's. It stands in exactly one state. */
export interface Thread {
  state: string;
  /** The current state's input. */
  input: unknown;
  variables: Record<string, unknown>;
  /** When the current state was entered; absent until its Entered event is written. */
  enteredAt?: Instant;
  /** Retries of the current state, by position of the retrier, and their sum. */
  retries: number[];
  /** The instant a wait or the pause before a retry ends. */
  until?: Instant;
  /** `wait`: the state's own wait; `retry`: the pause before the next attempt. */
  pause?: 'wait' | 'retry';
  /** Id of the last event of this thread. */
  event: number;
  /** Set in an iteration: `$states.context.Map.Item`. */
  item?: MapItem;
  /** A Map's or Parallel's threads, by position; absent ones have not begun. */
  children?: (Thread | null)[];
  /** A Map's items, fixed when it began. */
  items?: unknown[];
  /** Where it ended. */
  outcome?: { readonly output: unknown };
}

export interface MapItem {
  readonly Index: number;
  readonly Value: unknown;
}

/** A thread about to enter `state`. */
export function newThread(state: string, input: unknown, variables: Readonly<Record<string, unknown>>, event: number): Thread {
  return { state, input, variables: { ...variables }, retries: [], event };
}

/** Leaves the current state for another. */
export function moveTo(thread: Thread, state: string, input: unknown): void {
  thread.state = state;
  thread.input = input;
  thread.retries = [];
  delete thread.enteredAt;
  forgetAttempt(thread);
}

/** Drops what one attempt at the current state left behind. */
export function forgetAttempt(thread: Thread): void {
  delete thread.until;
  delete thread.pause;
  delete thread.children;
  delete thread.items;
}
