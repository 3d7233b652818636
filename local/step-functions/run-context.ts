/** What every state of one running execution works with: its journal, its clock, its scope, its hold on time. */
import type { LocalClock } from '../clock.ts';
import type { Execution, Thread } from './execution.ts';
import { evaluate, type Scope } from './expression.ts';
import { historyQuota, type HistoryEvent } from './history.ts';
import { Aborted, dataLimitError, StatesError } from './states-error.ts';

const DATA_LIMIT = 262_144;

/** The execution has as many events as one may have. Nothing catches it. */
export class HistoryFull extends Error {
  override readonly name = 'HistoryFull';
}

export interface RunOptions {
  readonly execution: Execution;
  readonly clock: LocalClock;
  /** Makes position and events durable. */
  readonly save: (events: readonly HistoryEvent[]) => void;
  /** Numbers in [0, 1), for jitter. */
  readonly random: () => number;
}

export class RunContext {
  readonly execution: Execution;
  readonly clock: LocalClock;
  readonly random: () => number;
  readonly #save: RunOptions['save'];
  #unsaved: HistoryEvent[] = [];
  #active = 0;
  #release: (() => void) | undefined;
  #closed = false;

  constructor(options: RunOptions) {
    this.execution = options.execution;
    this.clock = options.clock;
    this.random = options.random;
    this.#save = options.save;
  }

  /** Notes an event of the thread; durable at the next `save`. Throws HistoryFull when only the last place is left. */
  append(thread: Thread, type: string, details?: HistoryEvent['details']): void {
    if (this.execution.events >= historyQuota - 1 && type !== 'ExecutionSucceeded') throw new HistoryFull();
    this.appendLast(thread, type, details);
  }

  /** Notes an event even in the last place: for the event that ends the execution. */
  appendLast(thread: Thread, type: string, details?: HistoryEvent['details']): void {
    if (this.#closed) return;
    this.execution.events += 1;
    const event = { id: this.execution.events, previousEventId: thread.event, at: this.clock.now(), type };
    this.#unsaved.push(details === undefined ? event : { ...event, details });
    thread.event = event.id;
  }

  /** Notes that a state was ended from outside, as far as the quota allows. */
  appendAborted(thread: Thread, type: string, details?: HistoryEvent['details']): void {
    if (this.execution.events < historyQuota - 1) this.appendLast(thread, type, details);
  }

  /** Makes everything so far durable, in one write. Called before any effect. */
  save(): void {
    if (this.#closed) return;
    const events = this.#unsaved;
    this.#unsaved = [];
    this.#save(events);
  }

  /** Nothing of this run is saved any more: what it does while it comes to a stop happens again after the restart. */
  close(): void {
    this.#closed = true;
  }

  /** Evaluates a field in the thread's scope. `more` are further members of `$states` (result, errorOutput). */
  evaluate(field: unknown, thread: Thread, more: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const scope: Scope = { variables: thread.variables, states: { input: thread.input, context: this.#contextOf(thread), ...more } };
    return evaluate(field, scope, this.clock);
  }

  /** Throws StatesError States.DataLimitExceeded when the data is over 256 KiB as JSON. */
  checkSize(data: unknown, what: string): void {
    if (Buffer.byteLength(JSON.stringify(data)) > DATA_LIMIT) {
      throw new StatesError(dataLimitError, `The ${what} exceeds the maximum number of bytes service limit (${DATA_LIMIT}).`);
    }
  }

  /** Something of this execution begins to run: the clock is held until as many `leave` followed. */
  enter(): void {
    this.#active += 1;
    this.#release ??= this.clock.hold(`execution ${this.execution.name}`);
  }

  leave(): void {
    this.#active -= 1;
    if (this.#active > 0) return;
    this.#release?.();
    this.#release = undefined;
  }

  /** Lets the clock go on until `instant`; the caller, which has entered, is entered again when this settles. */
  pause(instant: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(new Aborted());
    return new Promise((resolve, reject) => {
      const timer = this.clock.at(instant, () => {
        signal.removeEventListener('abort', abort);
        this.enter();
        resolve();
      });
      const abort = (): void => {
        timer.cancel();
        this.enter();
        reject(new Aborted());
      };
      signal.addEventListener('abort', abort, { once: true });
      this.leave();
    });
  }

  #contextOf(thread: Thread): Record<string, unknown> {
    const { execution } = this;
    return {
      Execution: {
        Id: execution.arn, Input: JSON.parse(execution.input) as unknown, Name: execution.name, RoleArn: execution.roleArn,
        StartTime: new Date(execution.startedAt).toISOString(), RedriveCount: 0,
      },
      State: {
        EnteredTime: new Date(thread.enteredAt ?? this.clock.now()).toISOString(), Name: thread.state,
        RetryCount: thread.retries.reduce((sum, count) => sum + count, 0),
      },
      StateMachine: { Id: execution.machineArn, Name: execution.machineName },
      ...(thread.item === undefined ? {} : { Map: { Item: thread.item } }),
    };
  }
}
