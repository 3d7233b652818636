/** Map and Parallel: threads within a thread, which live in it and are saved with it. */
import type { Flow, MapState, ParallelState } from './definition.ts';
import { newThread, type Thread } from './execution.ts';
import type { RunContext } from './run-context.ts';
import { Aborted, queryError, StatesError } from './states-error.ts';

/** An inline map runs at most this many iterations at once, whatever MaxConcurrency says. */
const INLINE_CONCURRENCY = 40;

export type RunChild = (child: Thread, flow: Flow, signal: AbortSignal) => Promise<unknown>;

/** Runs the item processor for every item; gives the outputs in the items' order. */
export async function runMap(run: RunContext, thread: Thread, state: MapState, runChild: RunChild, signal: AbortSignal): Promise<unknown[]> {
  const items = thread.items ?? (await itemsOf(run, thread, state));
  const wanted = state.MaxConcurrency === undefined ? 0 : await run.evaluate(state.MaxConcurrency, thread);
  if (typeof wanted !== 'number') throw new StatesError(queryError, `MaxConcurrency of '${thread.state}' is no number.`);
  const concurrency = wanted === 0 ? INLINE_CONCURRENCY : Math.min(wanted, INLINE_CONCURRENCY);
  if (thread.children === undefined) {
    thread.items = items;
    thread.children = items.map(() => null);
    run.append(thread, 'MapStateStarted', ['mapStateStartedEventDetails', { length: items.length }]);
  }
  const children = thread.children;
  return runAll(run, thread, 'Map', items.length, concurrency, signal, async (index, inner) => {
    const details = { name: thread.state, index };
    let child = children[index];
    if (child?.outcome !== undefined) return child.outcome.output;
    if (child === null || child === undefined) {
      const item = { Index: index, Value: items[index] };
      const input = state.ItemSelector === undefined ? items[index] : await run.evaluate(state.ItemSelector, { ...thread, item });
      child = { ...newThread(state.ItemProcessor.StartAt, input, thread.variables, thread.event), item };
      children[index] = child;
      run.append(child, 'MapIterationStarted', ['mapIterationStartedEventDetails', details]);
    }
    const running = child;
    try {
      const output = await runChild(running, state.ItemProcessor, inner);
      run.append(running, 'MapIterationSucceeded', ['mapIterationSucceededEventDetails', details]);
      return output;
    } catch (error) {
      if (error instanceof StatesError) run.append(running, 'MapIterationFailed', ['mapIterationFailedEventDetails', details]);
      if (error instanceof Aborted) run.appendAborted(running, 'MapIterationAborted', ['mapIterationAbortedEventDetails', details]);
      throw error;
    }
  });
}

/** Runs every branch with the same input; gives the outputs in the branches' order. */
export async function runParallel(run: RunContext, thread: Thread, state: ParallelState, runChild: RunChild, signal: AbortSignal): Promise<unknown[]> {
  if (thread.children === undefined) {
    const input = state.Arguments === undefined ? thread.input : await run.evaluate(state.Arguments, thread);
    run.append(thread, 'ParallelStateStarted');
    thread.children = state.Branches.map((branch) => ({
      ...newThread(branch.StartAt, input, thread.variables, thread.event),
      ...(thread.item === undefined ? {} : { item: thread.item }),
    }));
  }
  const children = thread.children;
  return runAll(run, thread, 'Parallel', children.length, children.length, signal, async (index, inner) => {
    const [child, branch] = [children[index], state.Branches[index]];
    if (child === undefined || child === null || branch === undefined) throw new Error(`The branch ${index} of '${thread.state}' is lost.`);
    return runChild(child, branch, inner);
  });
}

async function itemsOf(run: RunContext, thread: Thread, state: MapState): Promise<unknown[]> {
  const items = state.Items === undefined ? thread.input : await run.evaluate(state.Items, thread);
  if (!Array.isArray(items)) throw new StatesError(queryError, `The Items of '${thread.state}' are no array.`);
  return items as unknown[];
}

type RunOne = (index: number, signal: AbortSignal) => Promise<unknown>;

/** The first failure ends the others and is the failure of the whole. */
async function runAll(run: RunContext, thread: Thread, kind: 'Map' | 'Parallel', count: number, concurrency: number, signal: AbortSignal, one: RunOne): Promise<unknown[]> {
  const group = new AbortController();
  const stop = (): void => { group.abort(); };
  signal.addEventListener('abort', stop, { once: true });
  const failures: unknown[] = [];
  const outputs = new Array<unknown>(count);
  let [next, working] = [0, Math.min(concurrency, count)];
  const work = async (): Promise<void> => {
    try {
      while (next < count && !group.signal.aborted) {
        const index = next++;
        outputs[index] = await one(index, group.signal);
      }
    } catch (error) {
      failures.push(error);
      group.abort();
    }
    // The last one's hold on the clock becomes the parent's again, without a gap in which time could jump.
    working -= 1;
    if (working > 0) run.leave();
  };
  for (let further = 1; further < working; further += 1) run.enter();
  await Promise.all(Array.from({ length: working }, work));
  signal.removeEventListener('abort', stop);
  thread.event = Math.max(thread.event, ...(thread.children ?? []).map((child) => child?.event ?? 0));
  if (signal.aborted) throw new Aborted();
  if (failures.length > 0) {
    if (failures[0] instanceof StatesError) run.append(thread, `${kind}StateFailed`);
    throw failures[0];
  }
  run.append(thread, `${kind}StateSucceeded`);
  return outputs;
}
