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
  /** Lines that the function writes. */
  readonly log: (functionName: string, line: string) => void;
}

export class FunctionHost {
  readonly setting: HostedFunction;
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
    try {
      return await this.#ask(await this.#started(), event);
    } catch (error) {
      return { error: { errorType: 'Runtime.ExitError', errorMessage: error instanceof Error ? error.message : 'The function could not be started.' } };
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
      release();
    }
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
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => {
        resolve('late');
      }, timeoutSeconds * 1000);
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
