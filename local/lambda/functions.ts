/**
 * All functions of the template: invoked synchronously, or asynchronously with Lambda's two retries. Asynchronous events
 * are durable before they are accepted.
 */
import { randomUUID } from 'node:crypto';
import { MINUTE } from '../../core/ambient.ts';
import { AwsError, type RestService } from '../aws/service.ts';
import { rawResponse, restJsonService } from '../aws/rest-json.ts';
import type { LocalClock } from '../clock.ts';
import type { StateStore } from '../state-store.ts';
import type { FunctionAnswer } from '../step-functions/function-call.ts';
import { FunctionHost, type FunctionTally, type HostedFunction, type HostOptions } from './function-host.ts';

export interface FunctionsOptions extends HostOptions {
  readonly functions: readonly HostedFunction[];
  readonly store: StateStore;
  /** Where an asynchronous event goes that failed for good; by function name. */
  readonly giveUp: (functionName: string, event: unknown) => void;
}

interface AcceptedEvent {
  readonly id: string;
  readonly functionName: string;
  readonly event: unknown;
  readonly failures: number;
}

/** Waits before the second and the third try of an asynchronous event. */
const RETRY_AFTER = [MINUTE, 2 * MINUTE];
const DOCUMENT = 'lambda/accepted-events';

export class Functions {
  readonly #hosts = new Map<string, FunctionHost>();
  readonly #clock: LocalClock;
  readonly #store: StateStore;
  readonly #giveUp: FunctionsOptions['giveUp'];
  #accepted: readonly AcceptedEvent[];
  #stopped = false;

  constructor(options: FunctionsOptions) {
    for (const setting of options.functions) this.#hosts.set(setting.name, new FunctionHost(setting, options));
    this.#clock = options.clock;
    this.#store = options.store;
    this.#giveUp = options.giveUp;
    this.#accepted = options.store.load<readonly AcceptedEvent[]>(DOCUMENT) ?? [];
  }

  /** Goes on with the asynchronous events that were accepted before a restart. */
  resume(): void {
    for (const accepted of this.#accepted) this.#attempt(accepted);
  }

  /** By name, ARN or qualified ARN. Throws AwsError ResourceNotFoundException. */
  async call(nameOrArn: string, event: unknown): Promise<FunctionAnswer> {
    const answer = await this.#host(nameOrArn).invoke(event);
    return 'error' in answer ? { payload: null, fault: answer.error } : { payload: answer.result };
  }

  /** Accepts an event: it will be handled at least once, or given up after three failures. */
  accept(nameOrArn: string, event: unknown): void {
    const accepted: AcceptedEvent = { id: randomUUID(), functionName: this.#host(nameOrArn).setting.name, event, failures: 0 };
    this.#keep([...this.#accepted, accepted]);
    this.#attempt(accepted);
  }

  /** Microseconds of CPU that a function's sandbox has taken since it was started: its own code's, whatever it waited for. */
  cpu(nameOrArn: string): Promise<number> {
    return this.#host(nameOrArn).cpu();
  }

  /** Invocations since the cloud was booted, function by function. */
  tallies(): readonly FunctionTally[] {
    return [...this.#hosts.values()].map(({ tally }) => tally);
  }

  /** Ends a function's sandbox, as Lambda may at any time: the next invocation starts cold. Only while it handles nothing. */
  async recycle(nameOrArn: string): Promise<void> {
    await this.#host(nameOrArn).stop();
  }

  /** What is being handled is cut off; accepted events go on after a restart. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#hosts.values()].map((host) => host.stop()));
  }

  #host(nameOrArn: string): FunctionHost {
    const name = /function:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn;
    const host = this.#hosts.get(name);
    if (host === undefined) throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
    return host;
  }

  #keep(accepted: readonly AcceptedEvent[]): void {
    this.#store.save(DOCUMENT, accepted);
    this.#accepted = accepted;
  }

  #attempt(accepted: AcceptedEvent): void {
    const release = this.#clock.hold(`event for ${accepted.functionName}`);
    void this.#succeeds(accepted).then((succeeded) => {
      // A cut-off attempt is no failure: it is made again after the restart.
      if (!this.#stopped) this.#settle(accepted, succeeded);
      release();
    });
  }

  /** A function that the template no longer has fails like any other. */
  async #succeeds({ functionName, event }: AcceptedEvent): Promise<boolean> {
    return this.call(functionName, event).then(({ fault }) => fault === undefined, () => false);
  }

  #settle(accepted: AcceptedEvent, succeeded: boolean): void {
    const others = this.#accepted.filter(({ id }) => id !== accepted.id);
    const wait = RETRY_AFTER[accepted.failures];
    if (!succeeded && wait !== undefined) {
      const failed = { ...accepted, failures: accepted.failures + 1 };
      this.#keep([...others, failed]);
      this.#clock.at(this.#clock.now() + wait, () => {
        this.#attempt(failed);
      });
      return;
    }
    if (!succeeded) this.#giveUp(accepted.functionName, accepted.event);
    this.#keep(others);
  }
}

/** Lambda's Invoke, for the AWS port. */
export function lambdaService(functions: Functions, arnOf: (name: string) => string): RestService {
  return restJsonService('lambda', [{
    operation: 'Invoke', method: 'POST', path: '/2015-03-31/functions/{FunctionName}/invocations', rawBody: true,
    needs: ({ labels }) => [{ action: 'lambda:InvokeFunction', resource: arnOf(labels['FunctionName'] ?? '') }],
    async handle({ labels, body }, request) {
      const name = labels['FunctionName'] ?? '';
      const event: unknown = body.length === 0 ? null : JSON.parse(body.toString('utf8'));
      if (request.headers['x-amz-invocation-type'] === 'Event') {
        functions.accept(name, event);
        return rawResponse({ status: 202 });
      }
      const { payload, fault } = await functions.call(name, event);
      return rawResponse({ status: 200, headers: { 'content-type': 'application/json', ...(fault === undefined ? {} : { 'x-amz-function-error': 'Unhandled' }) }, body: JSON.stringify(fault ?? payload) });
    },
  }]);
}
