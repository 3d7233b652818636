/** One execution from where it stands to its end. */
import { SECOND, type Logger } from '../../core/ambient.ts';
import type { Timer } from '../clock.ts';
import type { Definition } from './definition.ts';
import type { ExecutionStatus } from './execution.ts';
import { historyQuota } from './history.ts';
import { runFlow } from './interpreter.ts';
import { HistoryFull, RunContext, type RunOptions } from './run-context.ts';
import { Aborted, runtimeError, StatesError, timeoutError } from './states-error.ts';
import type { TaskPorts } from './task.ts';

interface End {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly event: string;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly output?: string;
}

export class Run {
  readonly #context: RunContext;
  readonly #definition: Definition;
  readonly #ports: TaskPorts;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #shutDown = false;

  constructor(options: RunOptions, definition: Definition, ports: TaskPorts, log: Logger) {
    this.#context = new RunContext(options);
    this.#definition = definition;
    this.#ports = ports;
    this.#log = log;
  }

  /** Settles when the execution has ended, or this process stopped running it. Never rejects. */
  async toEnd(): Promise<void> {
    const { execution } = this.#context;
    this.#context.enter();
    const timer = this.#startTimeout();
    try {
      this.#context.save();
      const output = await runFlow(this.#context, execution.root, this.#definition, this.#ports, this.#stop.signal);
      this.#close({ status: 'SUCCEEDED', event: 'ExecutionSucceeded', output: JSON.stringify(output) });
    } catch (error) {
      this.#end(error);
    } finally {
      timer?.cancel();
      this.#context.leave();
    }
  }

  /** Ends the execution as StopExecution does; durable when this returns. */
  abort(error: string | undefined, cause: string | undefined): void {
    this.#close({ status: 'ABORTED', event: 'ExecutionAborted', error, cause });
  }

  /** Stops running it without ending it: another process goes on from the last saved position. */
  shutDown(): void {
    this.#shutDown = true;
    this.#context.close();
    this.#stop.abort();
  }

  #startTimeout(): Timer | undefined {
    const seconds = this.#definition.TimeoutSeconds;
    if (seconds === undefined) return undefined;
    const { clock, execution } = this.#context;
    return clock.at(execution.startedAt + seconds * SECOND, () => {
      this.#close({ status: 'TIMED_OUT', event: 'ExecutionTimedOut', error: timeoutError, cause: 'The execution timed out.' });
    });
  }

  #end(error: unknown): void {
    if (this.#shutDown || error instanceof Aborted) return;
    if (error instanceof StatesError) {
      this.#close({ status: 'FAILED', event: 'ExecutionFailed', error: error.error, cause: error.cause });
    } else if (error instanceof HistoryFull) {
      const cause = `The execution reached the maximum number of history events (${historyQuota}).`;
      this.#close({ status: 'FAILED', event: 'ExecutionFailed', error: runtimeError, cause });
    } else {
      const message = error instanceof Error ? error.message : String(error);
      this.#log.error('execution failed in the local cloud itself', { execution: this.#context.execution.arn, message });
      this.#close({ status: 'FAILED', event: 'ExecutionFailed', error: runtimeError, cause: message });
    }
  }

  /** The first end counts; what still runs is aborted and saves nothing more. */
  #close(end: End): void {
    const { execution, clock } = this.#context;
    if (execution.status !== 'RUNNING' || this.#shutDown) return;
    execution.status = end.status;
    execution.stoppedAt = clock.now();
    const failure = { ...(end.error === undefined ? {} : { error: end.error }), ...(end.cause === undefined ? {} : { cause: end.cause }) };
    Object.assign(execution, failure, end.output === undefined ? {} : { output: end.output });
    const name = `${end.event.charAt(0).toLowerCase()}${end.event.slice(1)}EventDetails`;
    this.#context.appendLast(execution.root, end.event, [name, end.output === undefined ? failure : { output: end.output, outputDetails: { truncated: false } }]);
    this.#context.save();
    this.#context.close();
    this.#stop.abort();
  }
}
