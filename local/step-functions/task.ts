/**
 * Tasks: a function by its ARN, or through the optimised integration `lambda:invoke` that CDK writes. A task that was
 * running when the local cloud stopped is run again: at least once, as tasks are on AWS.
 */
import { randomUUID } from 'node:crypto';
import { SECOND } from '../../core/ambient.ts';
import { AwsError } from '../aws/service.ts';
import { isInvoke, type TaskState } from './definition.ts';
import type { Thread } from './execution.ts';
import type { AuthoriseRole, CallFunction, FunctionAnswer } from './function-call.ts';
import type { HistoryEvent } from './history.ts';
import type { RunContext } from './run-context.ts';
import { Aborted, queryError, StatesError, timeoutError } from './states-error.ts';

export interface TaskPorts {
  readonly callFunction: CallFunction;
  readonly authoriseRole: AuthoriseRole;
  readonly account: string;
  readonly region: string;
}

interface Call {
  readonly functionArn: string;
  readonly event: unknown;
}

/** Runs the task once; gives `$states.result`. Throws StatesError with the names that AWS gives. */
export async function runTask(run: RunContext, thread: Thread, state: TaskState, ports: TaskPorts, signal: AbortSignal): Promise<unknown> {
  const parameters = state.Arguments === undefined ? thread.input : await run.evaluate(state.Arguments, thread);
  const seconds = await timeoutOf(run, thread, state);
  const events = isInvoke(state.Resource) ? invokeEvents(ports.region, parameters, seconds) : functionEvents(state.Resource, parameters, seconds);
  const call = isInvoke(state.Resource) ? invokeCall(parameters, ports) : { functionArn: state.Resource, event: parameters };
  run.append(thread, events.scheduled[0], events.scheduled[1]);
  run.append(thread, events.started[0], events.started[1]);
  run.save();
  try {
    const answer = await within(callAs(run.execution.roleArn, call, ports), seconds, signal);
    const result = isInvoke(state.Resource) ? invokeResult(answer) : answer.payload;
    run.checkSize(result, `result of the task '${thread.state}'`);
    const [type, name, more] = events.succeeded;
    run.append(thread, type, [name, { ...more, output: JSON.stringify(result), outputDetails: { truncated: false } }]);
    return result;
  } catch (error) {
    if (!(error instanceof StatesError)) throw error;
    const [type, name, more] = error.error === timeoutError ? events.timedOut : events.failed;
    run.append(thread, type, [name, { ...more, error: error.error, cause: error.cause }]);
    throw error;
  }
}

async function timeoutOf(run: RunContext, thread: Thread, state: TaskState): Promise<number | undefined> {
  if (state.TimeoutSeconds === undefined) return undefined;
  const seconds = await run.evaluate(state.TimeoutSeconds, thread);
  if (typeof seconds !== 'number' || seconds <= 0) throw new StatesError(queryError, `TimeoutSeconds of '${thread.state}' is no positive number.`);
  return seconds;
}

/** The role of the state machine makes the call. */
async function callAs(roleArn: string, call: Call, ports: TaskPorts): Promise<FunctionAnswer> {
  try {
    ports.authoriseRole(roleArn, [{ action: 'lambda:InvokeFunction', resource: call.functionArn }]);
    const answer = await ports.callFunction(call.functionArn, call.event);
    if (answer.fault === undefined) return answer;
    const { errorType, errorMessage, trace } = answer.fault;
    throw new StatesError(errorType, JSON.stringify({ errorType, errorMessage, ...(trace === undefined ? {} : { trace }) }));
  } catch (error) {
    if (error instanceof AwsError) throw new StatesError(lambdaErrorName(error.code), error.message);
    throw error;
  }
}

/** Source: Step Functions developer guide, "Handling errors", Lambda service exceptions. */
function lambdaErrorName(code: string): string {
  switch (code) {
    case 'AccessDeniedException': return 'Lambda.AWSLambdaException';
    case 'ResourceNotFoundException': return 'Lambda.ResourceNotFoundException';
    case 'TooManyRequestsException': return 'Lambda.TooManyRequestsException';
    default: return 'Lambda.ServiceException';
  }
}

/**
 * Limits a call in real seconds: how long a function takes is this machine's time, not the product's, and a clock that
 * runs sixty times faster must not make it late.
 */
function within<T>(call: Promise<T>, seconds: number | undefined, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => { reject(new Aborted()); };
    const timer = seconds === undefined ? undefined : setTimeout(() => { reject(new StatesError(timeoutError, '')); }, Math.min(seconds * SECOND, 2 ** 31 - 1));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    call.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    });
  });
}

function invokeCall(parameters: unknown, ports: TaskPorts): Call {
  const { FunctionName: name, Payload: event, ...others } = asObject(parameters);
  const unknown = Object.keys(others).filter((member) => member !== 'InvocationType' && member !== 'Qualifier');
  if (typeof name !== 'string' || unknown.length > 0 || (others['InvocationType'] ?? 'RequestResponse') !== 'RequestResponse') {
    throw new StatesError('States.Runtime', 'lambda:invoke takes FunctionName, Payload, Qualifier and the InvocationType RequestResponse here.');
  }
  const arn = name.startsWith('arn:') ? name : `arn:aws:lambda:${ports.region}:${ports.account}:function:${name}`;
  return { functionArn: typeof others['Qualifier'] === 'string' ? `${arn}:${others['Qualifier']}` : arn, event };
}

function invokeResult(answer: FunctionAnswer): Record<string, unknown> {
  const requestId = randomUUID();
  return {
    ExecutedVersion: '$LATEST', Payload: answer.payload ?? null, StatusCode: 200,
    SdkHttpMetadata: { HttpStatusCode: 200 }, SdkResponseMetadata: { RequestId: requestId },
  };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

type EventSeed = readonly [type: string, details?: NonNullable<HistoryEvent['details']>];
type EndSeed = readonly [type: string, detailsName: string, members: Readonly<Record<string, unknown>>];

interface TaskEvents {
  readonly scheduled: EventSeed;
  readonly started: EventSeed;
  readonly succeeded: EndSeed;
  readonly failed: EndSeed;
  readonly timedOut: EndSeed;
}

function invokeEvents(region: string, parameters: unknown, seconds: number | undefined): TaskEvents {
  const resource = { resourceType: 'lambda', resource: 'invoke' };
  const timeout = seconds === undefined ? {} : { timeoutInSeconds: seconds };
  return {
    scheduled: ['TaskScheduled', ['taskScheduledEventDetails', { ...resource, region, parameters: JSON.stringify(parameters), ...timeout }]],
    started: ['TaskStarted', ['taskStartedEventDetails', resource]],
    succeeded: ['TaskSucceeded', 'taskSucceededEventDetails', resource],
    failed: ['TaskFailed', 'taskFailedEventDetails', resource],
    timedOut: ['TaskTimedOut', 'taskTimedOutEventDetails', resource],
  };
}

function functionEvents(resource: string, input: unknown, seconds: number | undefined): TaskEvents {
  const timeout = seconds === undefined ? {} : { timeoutInSeconds: seconds };
  return {
    scheduled: ['LambdaFunctionScheduled', ['lambdaFunctionScheduledEventDetails', { resource, input: JSON.stringify(input), inputDetails: { truncated: false }, ...timeout }]],
    started: ['LambdaFunctionStarted'],
    succeeded: ['LambdaFunctionSucceeded', 'lambdaFunctionSucceededEventDetails', {}],
    failed: ['LambdaFunctionFailed', 'lambdaFunctionFailedEventDetails', {}],
    timedOut: ['LambdaFunctionTimedOut', 'lambdaFunctionTimedOutEventDetails', {}],
  };
}
