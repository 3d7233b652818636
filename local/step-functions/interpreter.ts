/**
 * Moves a thread from state to state. Its position is in the thread itself, which the run saves before every effect
 * and after every result, so that a restart goes on in the same state with the same data.
 * Source: states-language.net specification; the developer guide for JSONata's fields.
 */
import { setImmediate } from 'node:timers/promises';
import { SECOND } from '../../core/ambient.ts';
import { runMap, runParallel } from './composite.ts';
import type { Catcher, ChoiceState, Flow, State, WaitState } from './definition.ts';
import { forgetAttempt, moveTo, type Thread } from './execution.ts';
import { entered, exited } from './history.ts';
import { chooseRetry } from './retry.ts';
import type { RunContext } from './run-context.ts';
import { Aborted, queryError, runtimeError, StatesError } from './states-error.ts';
import { runTask, type TaskPorts } from './task.ts';

/** What a state came to. Without `next` the thread has ended. */
interface Step {
  readonly output: unknown;
  readonly assigned: Readonly<Record<string, unknown>>;
  readonly next: string | undefined;
}

/** Fields from which every state makes its step. */
type Finishing = Pick<Catcher, 'Output' | 'Assign'> & { readonly Next?: string | undefined };

/** Runs the thread to its end and gives its output. Throws StatesError when it failed, Aborted when it was ended. */
export async function runFlow(run: RunContext, thread: Thread, flow: Flow, ports: TaskPorts, signal: AbortSignal): Promise<unknown> {
  for (let steps = 1; thread.outcome === undefined; steps += 1) {
    // A loop that never waits must not keep the process from hearing StopExecution.
    if (steps % 50 === 0) await setImmediate();
    const state = flow.States[thread.state];
    if (state === undefined) throw new StatesError(runtimeError, `There is no state "${thread.state}".`);
    const step = await runState(run, thread, state, ports, signal);
    run.append(thread, `${state.Type}StateExited`, exited(thread.state, step.output, step.assigned));
    Object.assign(thread.variables, step.assigned);
    if (step.next === undefined) thread.outcome = { output: step.output };
    else moveTo(thread, step.next, step.output);
  }
  return thread.outcome.output;
}

async function runState(run: RunContext, thread: Thread, state: State, ports: TaskPorts, signal: AbortSignal): Promise<Step> {
  if (thread.enteredAt === undefined) {
    thread.enteredAt = run.clock.now();
    run.append(thread, `${state.Type}StateEntered`, entered(thread.state, thread.input));
  }
  for (;;) {
    try {
      if (thread.pause === 'retry') await pauseBeforeRetry(run, thread, signal);
      const step = await attempt(run, thread, state, ports, signal);
      run.checkSize(step.output, `output of the state '${thread.state}'`);
      return step;
    } catch (error) {
      if (error instanceof Aborted && abortable.has(state.Type)) run.appendAborted(thread, `${state.Type}StateAborted`);
      if (!(error instanceof StatesError)) throw error;
      const recovered = await recover(run, thread, state, error);
      if (recovered !== 'again') return recovered;
    }
  }
}

const abortable: ReadonlySet<string> = new Set(['Task', 'Wait', 'Map', 'Parallel']);

async function attempt(run: RunContext, thread: Thread, state: State, ports: TaskPorts, signal: AbortSignal): Promise<Step> {
  // Loops without a wait must still see that they were stopped.
  if (signal.aborted) throw new Aborted();
  switch (state.Type) {
    case 'Pass': case 'Succeed':
      return finish(run, thread, state, thread.input, {});
    case 'Fail': {
      const error = state.Error === undefined ? '' : await run.evaluate(state.Error, thread);
      const cause = state.Cause === undefined ? '' : await run.evaluate(state.Cause, thread);
      throw new StatesError(String(error), String(cause));
    }
    case 'Choice':
      return choose(run, thread, state);
    case 'Wait':
      await waitFor(run, thread, state, signal);
      return finish(run, thread, state, thread.input, {});
    case 'Task': {
      const result = await runTask(run, thread, state, ports, signal);
      return finish(run, thread, state, result, { result });
    }
    case 'Map': {
      const result = await runMap(run, thread, state, (child, flow, inner) => runFlow(run, child, flow, ports, inner), signal);
      return finish(run, thread, state, result, { result });
    }
    case 'Parallel': {
      const result = await runParallel(run, thread, state, (child, flow, inner) => runFlow(run, child, flow, ports, inner), signal);
      return finish(run, thread, state, result, { result });
    }
  }
}

/** Output and Assign both see the variables as they were: neither sees the other's work. */
async function finish(run: RunContext, thread: Thread, fields: Finishing, otherwise: unknown, more: Readonly<Record<string, unknown>>): Promise<Step> {
  const output = fields.Output === undefined ? otherwise : await run.evaluate(fields.Output, thread, more);
  const assigned = fields.Assign === undefined ? {} : ((await run.evaluate(fields.Assign, thread, more)) as Record<string, unknown>);
  return { output, assigned, next: fields.Next };
}

async function choose(run: RunContext, thread: Thread, state: ChoiceState): Promise<Step> {
  for (const rule of state.Choices) {
    const holds = await run.evaluate(rule.Condition, thread);
    if (typeof holds !== 'boolean') throw new StatesError(queryError, `A Condition of '${thread.state}' gave no boolean.`);
    if (holds) return finish(run, thread, rule, thread.input, {});
  }
  if (state.Default === undefined) throw new StatesError('States.NoChoiceMatched', `No choice of '${thread.state}' matched and it has no Default.`);
  return finish(run, thread, { Output: state.Output, Assign: state.Assign, Next: state.Default }, thread.input, {});
}

async function waitFor(run: RunContext, thread: Thread, state: WaitState, signal: AbortSignal): Promise<void> {
  if (thread.until === undefined) {
    thread.until = await waitEnd(run, thread, state);
    thread.pause = 'wait';
  }
  run.save();
  await run.pause(thread.until, signal);
}

async function waitEnd(run: RunContext, thread: Thread, state: WaitState): Promise<number> {
  if (state.Timestamp !== undefined) {
    const timestamp = await run.evaluate(state.Timestamp, thread);
    const instant = typeof timestamp === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(timestamp) ? Date.parse(timestamp) : NaN;
    if (Number.isNaN(instant)) throw new StatesError(runtimeError, `The Timestamp of '${thread.state}' is no RFC 3339 timestamp.`);
    // As on AWS the fraction of the second is dropped: a wait may end up to 999 ms before its timestamp.
    return Math.floor(instant / SECOND) * SECOND;
  }
  const seconds = await run.evaluate(state.Seconds, thread);
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 0 || seconds > 99_999_999) {
    throw new StatesError(runtimeError, `The Seconds of '${thread.state}' are no whole number from 0 to 99999999.`);
  }
  return run.clock.now() + seconds * SECOND;
}

async function pauseBeforeRetry(run: RunContext, thread: Thread, signal: AbortSignal): Promise<void> {
  run.save();
  await run.pause(thread.until ?? run.clock.now(), signal);
  forgetAttempt(thread);
}

/** Retry first, then Catch; throws the error when neither takes it. */
async function recover(run: RunContext, thread: Thread, state: State, error: StatesError): Promise<Step | 'again'> {
  if (state.Type !== 'Task' && state.Type !== 'Map' && state.Type !== 'Parallel') throw error;
  const retry = chooseRetry(state.Retry ?? [], error.error, thread.retries, run.random);
  if (retry !== undefined) {
    forgetAttempt(thread);
    thread.retries = (state.Retry ?? []).map((_, index) => (thread.retries[index] ?? 0) + (index === retry.index ? 1 : 0));
    thread.until = run.clock.now() + retry.delay;
    thread.pause = 'retry';
    return 'again';
  }
  const catcher = (state.Catch ?? []).find((each) => error.takenBy(each.ErrorEquals));
  if (catcher === undefined) throw error;
  const errorOutput = { Error: error.error, Cause: error.cause };
  return finish(run, thread, catcher, errorOutput, { errorOutput });
}
