/** One function of the template, ready to be invoked: its sandbox is started at the first invocation and again after a crash. */
import type { LocalClock } from '../clock.ts';
import { Sandbox, type Invocation } from './sandbox.ts';

export interface HostedFunction {
  /** Name and ARN as the local cloud knows them. */
  readonly name: string;
  readonly arn: string;
  /** Folder of the bundle, and the handler as the template says (`index.handler`). */
  readonly folder: string;
  readonly handler: string;
  readonly memory: number;
  readonly timeoutSeconds: number;
  /** Invocations at a time, as reserved for it; further ones wait their turn. Unlimited when absent. */
  readonly concurrency?: number;
  /** The whole of its environment, credentials included. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface HostOptions {
  readonly clock: LocalClock;
  readonly rootCertificate?: string;
  /** So many times its limit of time a function may take: see `BootOptions`. */
  readonly patience?: number;
  /** Lines that the function writes. */
  readonly log: (functionName: string, line: string) => void;
}

/** What a function was asked, and how long it took to answer: what AWS bills. */
export interface FunctionTally {
  readonly name: string;
  /** MiB. */
  readonly memory: number;
  readonly invocations: number;
  /** Real milliseconds of all invocations together, on this machine. */
  readonly milliseconds: number;
}

export class FunctionHost {
  readonly setting: HostedFunction;
  #invocations = 0;
  #milliseconds = 0;
  readonly #options: HostOptions;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #sandbox: Promise<Sandbox> | undefined;

  constructor(setting: HostedFunction, options: HostOptions) {
    this.setting = setting;
    this.#options = options;
  }

  /** Never rejects: what went wrong is the answer, as Lambda's `FunctionError`. Holds the clock meanwhile. */
  async invoke(event: unknown): Promise<Invocation> {
    const release = this.#options.clock.hold(`function ${this.setting.name}`);
    await this.#turn();
    let began: number | undefined;
    try {
      const sandbox = await this.#started();
      began = performance.now();
      return await this.#ask(sandbox, event);
    } catch (error) {
      return { error: { errorType: 'Runtime.ExitError', errorMessage: error instanceof Error ? error.message : 'The function could not be started.' } };
    } finally {
      this.#invocations += 1;
      this.#milliseconds += began === undefined ? 0 : performance.now() - began;
      this.#running -= 1;
      this.#waiting.shift()?.();
      release();
    }
  }

  get tally(): FunctionTally {
    return { name: this.setting.name, memory: this.setting.memory, invocations: this.#invocations, milliseconds: this.#milliseconds };
  }

  /** Microseconds of CPU that its sandbox has taken; 0 where it has none. */
  async cpu(): Promise<number> {
    return (await this.#sandbox)?.cpu() ?? 0;
  }

  async stop(): Promise<void> {
    const sandbox = await this.#sandbox?.catch(() => undefined);
    await sandbox?.end();
  }

  /** Resolves when one more invocation may run. */
  async #turn(): Promise<void> {
    while (this.#running >= (this.setting.concurrency ?? Infinity)) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#running += 1;
  }

  async #ask(sandbox: Sandbox, event: unknown): Promise<Invocation> {
    const { timeoutSeconds } = this.setting;
    const { patience = 1 } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => {
        resolve('late');
      }, timeoutSeconds * 1000 * patience);
    });
    const answer = await Promise.race([sandbox.ask(event), late]);
    clearTimeout(timer);
    if (answer !== 'late') return answer;
    // Lambda ends the sandbox of an invocation that ran out of time.
    await sandbox.end();
    return { error: { errorType: 'Sandbox.Timedout', errorMessage: `Task timed out after ${timeoutSeconds} seconds` } };
  }

  async #started(): Promise<Sandbox> {
    for (;;) {
      this.#sandbox ??= Sandbox.start(this.setting, this.#options);
      const current = this.#sandbox;
      const sandbox = await current.catch((error: unknown) => {
        if (this.#sandbox === current) this.#sandbox = undefined;
        throw error;
      });
      if (sandbox.alive) return sandbox;
      if (this.#sandbox === current) this.#sandbox = undefined;
    }
  }
}
