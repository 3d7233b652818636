/** One function of the template, ready to be invoked: its thread is started at the first invocation and again after a crash. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LocalClock } from '../clock.ts';
import type { FromWorker, FunctionError, ToWorker, WorkerSetting } from './worker-messages.ts';

export interface HostedFunction {
  /** Name and ARN as the local cloud knows them. */
  readonly name: string;
  readonly arn: string;
  /** Folder of the bundle, and the handler as the template says (`index.handler`). */
  readonly folder: string;
  readonly handler: string;
  readonly memory: number;
  readonly timeoutSeconds: number;
  /** The whole of its environment, credentials included. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface HostOptions {
  readonly clock: LocalClock;
  readonly rootCertificate?: string;
  /** Lines that the function writes. */
  readonly log: (functionName: string, line: string) => void;
}

export type Invocation = { readonly result: unknown } | { readonly error: FunctionError };

export class FunctionHost {
  readonly setting: HostedFunction;
  readonly #options: HostOptions;
  readonly #pending = new Map<number, (answer: Invocation) => void>();
  #worker: Promise<Worker> | undefined;
  #next = 1;

  constructor(setting: HostedFunction, options: HostOptions) {
    this.setting = setting;
    this.#options = options;
  }

  /** Never rejects: what went wrong is the answer, as Lambda's `FunctionError`. Holds the clock meanwhile. */
  async invoke(event: unknown): Promise<Invocation> {
    const { clock } = this.#options;
    const release = clock.hold(`function ${this.setting.name}`);
    try {
      const worker = await this.#started();
      return await this.#ask(worker, event);
    } catch (error) {
      return { error: { errorType: 'Runtime.ExitError', errorMessage: error instanceof Error ? error.message : 'The function could not be started.' } };
    } finally {
      release();
    }
  }

  async stop(): Promise<void> {
    const worker = await this.#worker?.catch(() => undefined);
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #ask(worker: Worker, event: unknown): Promise<Invocation> {
    const id = this.#next;
    this.#next += 1;
    const answer = new Promise<Invocation>((resolve) => {
      this.#pending.set(id, resolve);
    });
    worker.postMessage({ id, event, requestId: randomUUID() } satisfies ToWorker);
    const { timeoutSeconds } = this.setting;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Invocation>((resolve) => {
      timer = setTimeout(() => {
        resolve({ error: { errorType: 'Sandbox.Timedout', errorMessage: `Task timed out after ${timeoutSeconds} seconds` } });
      }, timeoutSeconds * 1000);
    });
    const result = await Promise.race([answer, late]);
    clearTimeout(timer);
    // Lambda ends the sandbox of an invocation that ran out of time.
    if (this.#pending.delete(id)) await this.stop();
    return result;
  }

  #started(): Promise<Worker> {
    this.#worker ??= this.#start();
    return this.#worker;
  }

  async #start(): Promise<Worker> {
    const { setting } = this;
    const [file = 'index', handlerName = 'handler'] = setting.handler.split('.');
    const { clock, rootCertificate, log } = this.#options;
    const workerData: WorkerSetting = {
      bundle: join(setting.folder, `${file}.cjs`), handlerName, functionName: setting.name, functionArn: setting.arn, memory: setting.memory,
      timeoutMilliseconds: setting.timeoutSeconds * 1000, clock: clock.shared, ...(rootCertificate === undefined ? {} : { rootCertificate }),
    };
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData, env: { ...setting.environment, AWS_LAMBDA_FUNCTION_NAME: setting.name, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(setting.memory) },
      stdout: true, stderr: true, execArgv: ['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
    });
    worker.stdout.setEncoding('utf8').on('data', (text: string) => {
      log(setting.name, text);
    });
    worker.stderr.setEncoding('utf8').on('data', (text: string) => {
      log(setting.name, text);
    });
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => {
        reject(new Error('The function ended while it was started.'));
      });
      worker.on('message', (message: FromWorker) => {
        if ('ready' in message) resolve();
        else this.#answered(message);
      });
    }).catch((error: unknown) => {
      this.#worker = undefined;
      throw error;
    });
    worker.removeAllListeners('error').removeAllListeners('exit');
    worker.on('error', (error: Error) => {
      log(setting.name, `the function crashed: ${error.name}: ${error.message}\n`);
    });
    worker.on('exit', () => {
      this.#worker = undefined;
      for (const [id, resolve] of this.#pending) {
        this.#pending.delete(id);
        resolve({ error: { errorType: 'Runtime.ExitError', errorMessage: 'The function ended before it answered.' } });
      }
    });
    return worker;
  }

  #answered(message: Exclude<FromWorker, { readonly ready: true }>): void {
    const resolve = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    resolve?.('error' in message ? { error: message.error } : { result: message.result });
  }
}
