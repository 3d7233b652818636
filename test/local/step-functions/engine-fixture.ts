/** A Step Functions engine around one machine, with functions given as plain functions. */
import type { JsonInput, JsonRequest } from '../../../local/aws/service.ts';
import type { LocalClock } from '../../../local/clock.ts';
import type { FunctionAnswer } from '../../../local/step-functions/function-call.ts';
import { createStepFunctions, type StepFunctions } from '../../../local/step-functions/step-functions.ts';
import type { StateStore } from '../../../local/state-store.ts';
import { memoryStore } from './memory-store.ts';
import { VirtualClock } from './virtual-clock.ts';

export const machineArn = 'arn:aws:states:eu-west-1:000000000000:stateMachine:rollout';
export const functionArn = 'arn:aws:lambda:eu-west-1:000000000000:function:turn';
export const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** What the function does: a value is returned, a thrown Error is a function fault under its name. */
export type Behaviour = (event: unknown, functionArn: string) => unknown;

export interface Setup<C extends LocalClock = VirtualClock> {
  readonly definition: Readonly<Record<string, unknown>>;
  readonly behaviour?: Behaviour;
  readonly clock?: C;
  readonly store?: StateStore;
  readonly random?: () => number;
}

export interface Fixture<C extends LocalClock = VirtualClock> {
  readonly engine: StepFunctions;
  readonly clock: C;
  readonly store: StateStore;
  readonly call: (operation: string, input: JsonInput) => Promise<Record<string, unknown>>;
  /** Starts and waits for the end; gives DescribeExecution's answer. */
  readonly run: (input?: unknown, name?: string) => Promise<Record<string, unknown>>;
  /** Waits (in real time) for the execution to end. */
  readonly end: (executionArn: string) => Promise<Record<string, unknown>>;
  readonly history: (executionArn: string) => Promise<readonly Record<string, unknown>[]>;
}

export function setUp<C extends LocalClock = VirtualClock>(setup: Setup<C>): Fixture<C> {
  const clock = setup.clock ?? (new VirtualClock('2026-03-02T00:00:00.000Z') as unknown as C);
  const store = setup.store ?? memoryStore();
  const engine = createStepFunctions({
    clock, store, log: silent, account: '000000000000', region: 'eu-west-1',
    stateMachines: [{ arn: machineArn, name: 'rollout', roleArn: 'arn:aws:iam::000000000000:role/rollout', definition: { QueryLanguage: 'JSONata', ...setup.definition } }],
    callFunction: (arn, event) => answer(setup.behaviour ?? ((given) => given), arn, event),
    authoriseRole: () => undefined,
    ...(setup.random === undefined ? {} : { random: setup.random }),
  });
  const call: Fixture['call'] = async (operation, input) => {
    const handler = engine.service.operations[operation];
    if (handler === undefined) throw new Error(`no operation ${operation}`);
    return (await handler.handle(input, undefined as unknown as JsonRequest)) as Record<string, unknown>;
  };
  const end: Fixture['end'] = async (executionArn) => {
    for (;;) {
      const description = await call('DescribeExecution', { executionArn });
      if (description['status'] !== 'RUNNING') return description;
      await new Promise((resolve) => { setTimeout(resolve, 2); });
    }
  };
  return {
    engine, clock, store, call, end,
    run: async (input = {}, name) => end(engine.startExecution(machineArn, name, JSON.stringify(input)).executionArn),
    history: async (executionArn) => (await call('GetExecutionHistory', { executionArn, maxResults: 1000 }))['events'] as Record<string, unknown>[],
  };
}

async function answer(behaviour: Behaviour, arn: string, event: unknown): Promise<FunctionAnswer> {
  try {
    return { payload: await behaviour(event, arn) };
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'AwsError') throw error;
    return { payload: null, fault: { errorType: name, errorMessage: message } };
  }
}

/** A task as CDK's LambdaInvoke.jsonata writes it. */
export function invoke(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    Type: 'Task', QueryLanguage: 'JSONata', Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionArn, Payload: '{% $states.input %}' },
    Output: '{% $states.result.Payload %}',
    ...fields,
  };
}
