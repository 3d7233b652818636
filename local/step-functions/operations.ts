/** The operations of Step Functions' API that the local cloud answers. Source: Step Functions API reference. */
import * as z from 'zod';
import { SECOND, type Instant } from '../../core/ambient.ts';
import { AwsError, type JsonInput, type JsonOperation } from '../aws/service.ts';
import type { Execution } from './execution.ts';
import { eventShape } from './history.ts';
import type { Engine } from './step-functions.ts';

const page = { maxResults: z.int().min(0).max(1_000).optional(), nextToken: z.string().optional() };
const startInput = z.object({ stateMachineArn: z.string(), name: z.string().optional(), input: z.string().optional() });
const describeInput = z.object({ executionArn: z.string() });
const stopInput = z.object({ executionArn: z.string(), error: z.string().optional(), cause: z.string().optional() });
const listInput = z.object({ stateMachineArn: z.string(), statusFilter: z.string().optional(), ...page });
const historyInput = z.object({ executionArn: z.string(), reverseOrder: z.boolean().optional(), includeExecutionData: z.boolean().optional(), ...page });
const machineInput = z.object({ stateMachineArn: z.string() });

export function stepFunctionsOperations(engine: Engine): Readonly<Record<string, JsonOperation>> {
  return {
    StartExecution: operation('stateMachineArn', 'states:StartExecution', startInput, (input) => {
      const started = engine.start(input.stateMachineArn, input.name, input.input ?? '{}');
      return { executionArn: started.executionArn, startDate: seconds(started.startedAt) };
    }),
    DescribeExecution: operation('executionArn', 'states:DescribeExecution', describeInput, (input) => describe(find(engine, input.executionArn))),
    StopExecution: operation('executionArn', 'states:StopExecution', stopInput, (input) =>
      ({ stopDate: seconds(engine.abort(find(engine, input.executionArn), input.error, input.cause)) })),
    ListExecutions: operation('stateMachineArn', 'states:ListExecutions', listInput, (input) => {
      machineOf(engine, input.stateMachineArn);
      const matching = engine.executions.all().filter((execution) =>
        execution.machineArn === input.stateMachineArn && (input.statusFilter ?? execution.status) === execution.status);
      const { items, nextToken } = paged(matching, input);
      return { executions: items.map(summary), ...nextToken };
    }),
    GetExecutionHistory: operation('executionArn', 'states:GetExecutionHistory', historyInput, (input) => {
      const events = engine.executions.history(find(engine, input.executionArn));
      const { items, nextToken } = paged(input.reverseOrder === true ? events.toReversed() : events, input);
      return { events: items.map((event) => eventShape(event, input.includeExecutionData ?? true)), ...nextToken };
    }),
    DescribeStateMachine: operation('stateMachineArn', 'states:DescribeStateMachine', machineInput, (input) => {
      const machine = machineOf(engine, input.stateMachineArn);
      return {
        stateMachineArn: machine.arn, name: machine.name, status: 'ACTIVE', definition: machine.source, roleArn: machine.roleArn,
        type: 'STANDARD', creationDate: seconds(machine.createdAt), loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      };
    }),
  };
}

function operation<T>(resourceMember: string, action: string, schema: z.ZodType<T>, handle: (input: T) => unknown): JsonOperation {
  return {
    needs: (input: JsonInput) => [{ action, resource: String(input[resourceMember]) }],
    handle: async (input) => {
      const parsed = schema.safeParse(input);
      if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error));
      return Promise.resolve(handle(parsed.data));
    },
  };
}

function find(engine: Engine, arn: string): Execution {
  const execution = engine.executions.get(arn);
  if (execution === undefined) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  return execution;
}

function machineOf(engine: Engine, arn: string): NonNullable<ReturnType<Engine['machines']['get']>> {
  const machine = engine.machines.get(arn);
  if (machine === undefined) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  return machine;
}

function summary(execution: Execution): Record<string, unknown> {
  return {
    executionArn: execution.arn, stateMachineArn: execution.machineArn, name: execution.name, status: execution.status,
    startDate: seconds(execution.startedAt), ...(execution.stoppedAt === undefined ? {} : { stopDate: seconds(execution.stoppedAt) }),
  };
}

function describe(execution: Execution): Record<string, unknown> {
  const { output, error, cause } = execution;
  return {
    ...summary(execution), input: execution.input, inputDetails: { included: true },
    ...(output === undefined ? {} : { output, outputDetails: { included: true } }),
    ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }),
  };
}

/** A page and the token of the next: the position where it begins. */
function paged<T>(all: readonly T[], input: { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined }): { readonly items: readonly T[]; readonly nextToken: { readonly nextToken?: string } } {
  const start = input.nextToken === undefined ? 0 : Number(input.nextToken);
  if (!Number.isInteger(start) || start < 0) throw new AwsError('InvalidToken', 'The nextToken is not one that this service gave.');
  const size = input.maxResults === undefined || input.maxResults === 0 ? 100 : input.maxResults;
  const more = start + size < all.length;
  return { items: all.slice(start, start + size), nextToken: more ? { nextToken: String(start + size) } : {} };
}

/** AWS JSON timestamps are seconds since the epoch, with a fraction. */
function seconds(instant: Instant): number {
  return instant / SECOND;
}
