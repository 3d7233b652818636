/**
 * Step Functions of the local cloud: standard, durable executions of JSONata state machines on the local clock.
 * Not modelled: express and distributed runs, callbacks and activities, redrive, throttling.
 */
import { randomUUID } from 'node:crypto';
import type { Instant, Logger } from '../../core/ambient.ts';
import { AwsError, type JsonService } from '../aws/service.ts';
import type { LocalClock } from '../clock.ts';
import type { StateStore } from '../state-store.ts';
import { parseDefinition } from './definition.ts';
import { newThread, type Execution } from './execution.ts';
import { ExecutionStore, isForgotten } from './execution-store.ts';
import type { AuthoriseRole, CallFunction } from './function-call.ts';
import { stepFunctionsOperations } from './operations.ts';
import { Run } from './run.ts';

export interface StateMachineResource {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  /** Object or JSON text, references resolved. */
  readonly definition: unknown;
}

export interface StepFunctionsOptions {
  readonly clock: LocalClock;
  readonly store: StateStore;
  readonly log: Logger;
  readonly account: string;
  readonly region: string;
  readonly stateMachines: readonly StateMachineResource[];
  readonly callFunction: CallFunction;
  readonly authoriseRole: AuthoriseRole;
  /** Numbers in [0, 1), for the jitter of retries. */
  readonly random?: () => number;
}

export interface StartedExecution {
  readonly executionArn: string;
  readonly startedAt: Instant;
}

export interface StepFunctions {
  /** For the AWS port: `states`. */
  readonly service: JsonService;
  /** Goes on with the executions that were running; call it once functions can be called. */
  resume(): void;
  /** StartExecution for callers inside the local cloud, whose authorisation is their own business. Throws AwsError. */
  startExecution(machineArn: string, name: string | undefined, input: string): StartedExecution;
  /** Stops running; executions stay where they are and go on at the next `resume`. */
  stop(): void;
}

/** Throws DefinitionError when a state machine is not supported. */
export function createStepFunctions(options: StepFunctionsOptions): StepFunctions {
  const engine = new Engine(options);
  return {
    service: { name: 'states', protocolVersion: '1.0', operations: stepFunctionsOperations(engine) },
    resume: () => { engine.resume(); },
    startExecution: (machineArn, name, input) => engine.start(machineArn, name, input),
    stop: () => { engine.shutDown(); },
  };
}

/** A state machine ready to run. */
export interface Machine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  /** The definition as JSON text. */
  readonly source: string;
  readonly digest: string;
  readonly createdAt: Instant;
}

export class Engine {
  readonly machines: ReadonlyMap<string, Machine>;
  readonly executions: ExecutionStore;
  readonly #options: StepFunctionsOptions;
  readonly #runs = new Map<string, Run>();

  constructor(options: StepFunctionsOptions) {
    this.#options = options;
    this.executions = new ExecutionStore(options.store, options.clock.now());
    this.machines = new Map(options.stateMachines.map((resource) => {
      const source = typeof resource.definition === 'string' ? resource.definition : JSON.stringify(resource.definition);
      parseDefinition(source);
      const { arn, name, roleArn } = resource;
      return [arn, { arn, name, roleArn, source, digest: this.executions.keepDefinition(source), createdAt: options.clock.now() }];
    }));
  }

  resume(): void {
    for (const execution of this.executions.all()) {
      if (execution.status === 'RUNNING' && !this.#runs.has(execution.arn)) this.#run(execution);
    }
  }

  /**
   * A named start is idempotent while the execution runs: the same input gives the same execution; another input, or an
   * execution that has ended in the last 90 days, is ExecutionAlreadyExists.
   */
  start(machineArn: string, wantedName: string | undefined, input: string): StartedExecution {
    const machine = this.machines.get(machineArn);
    if (machine === undefined) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${machineArn}'`);
    const name = wantedName ?? randomUUID();
    checkName(name);
    checkInput(input);
    const arn = machineArn.replace(':stateMachine:', ':execution:') + `:${name}`;
    const now = this.#options.clock.now();
    const existing = this.executions.get(arn);
    if (existing !== undefined && !isForgotten(existing, now)) {
      if (existing.status === 'RUNNING' && existing.input === input) return { executionArn: arn, startedAt: existing.startedAt };
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const execution = newExecution(machine, arn, name, input, now);
    this.executions.create(execution, {
      id: 1, previousEventId: 0, at: now, type: 'ExecutionStarted',
      details: ['executionStartedEventDetails', { input, inputDetails: { truncated: false }, roleArn: machine.roleArn }],
    });
    this.#run(execution);
    return { executionArn: arn, startedAt: now };
  }

  /** Ends a running execution; gives when it stopped. One that has ended keeps its own end. */
  abort(execution: Execution, error: string | undefined, cause: string | undefined): Instant {
    this.#runs.get(execution.arn)?.abort(error, cause);
    return execution.stoppedAt ?? this.#options.clock.now();
  }

  shutDown(): void {
    for (const run of this.#runs.values()) run.shutDown();
    this.#runs.clear();
  }

  #run(execution: Execution): void {
    const { clock, log, callFunction, authoriseRole, account, region, random } = this.#options;
    const source = this.executions.definition(execution.definition);
    if (source === undefined) throw new Error(`The definition of ${execution.arn} is lost.`);
    const run = new Run(
      { execution, clock, random: random ?? Math.random, save: (events) => { this.executions.save(execution, events); } },
      parseDefinition(source),
      { callFunction, authoriseRole, account, region },
      log,
    );
    this.#runs.set(execution.arn, run);
    void run.toEnd().then(() => this.#runs.delete(execution.arn));
  }
}

function newExecution(machine: Machine, arn: string, name: string, input: string, now: Instant): Execution {
  const { StartAt } = parseDefinition(machine.source);
  return {
    arn, name, machineArn: machine.arn, machineName: machine.name, roleArn: machine.roleArn, definition: machine.digest,
    input, startedAt: now, status: 'RUNNING', events: 1, root: newThread(StartAt, JSON.parse(input) as unknown, {}, 1),
  };
}

/** Source: Step Functions API reference, StartExecution, `name`. */
function checkName(name: string): void {
   
  if (name.length < 1 || name.length > 80 || /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/.test(name)) {
    throw new AwsError('InvalidName', `Invalid Name: '${name.slice(0, 80)}'`);
  }
}

function checkInput(input: string): void {
  if (Buffer.byteLength(input) > 262_144) throw new AwsError('InvalidExecutionInput', 'The input is larger than 262144 bytes.');
  try {
    JSON.parse(input);
  } catch {
    throw new AwsError('InvalidExecutionInput', 'Invalid State Machine Execution Input: the input is not JSON.');
  }
}
