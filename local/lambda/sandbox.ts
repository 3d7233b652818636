/** One thread that runs a function's bundle: Lambda's sandbox. It is started once, asked many times, and ends once. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HostedFunction, HostOptions } from './function-host.ts';
import type { FromWorker, FunctionError, ToWorker, WorkerSetting } from './worker-messages.ts';

/**
 * What a thread begins with: Node keeps, by its content, what it made of a program (types taken out, compiled), for threads that
 * say so before they load it. The bundles are the same at every start.
 */
const beginning = new URL(`data:text/javascript,${encodeURIComponent(`import module from 'node:module'; module.enableCompileCache(); await import(${JSON.stringify(new URL('./worker.ts', import.meta.url).href)});`)}`);

export type Invocation = { readonly result: unknown } | { readonly error: FunctionError };

export class Sandbox {
  readonly #worker: Worker;
  readonly #pending = new Map<number, (answer: Invocation) => void>();
  #alive = true;
  #next = 1;

  private constructor(worker: Worker, log: (line: string) => void) {
    this.#worker = worker;
    worker.on('message', (message: FromWorker) => {
      if (!('ready' in message)) this.#answered(message);
    });
    worker.on('error', (error: Error) => {
      log(`the function crashed: ${error.name}: ${error.message}\n`);
    });
    worker.once('exit', () => {
      this.#alive = false;
      for (const answer of this.#pending.values()) answer({ error: { errorType: 'Runtime.ExitError', errorMessage: 'The function ended before it answered.' } });
      this.#pending.clear();
    });
  }

  /** False when it has ended or is about to: ask another one. */
  get alive(): boolean {
    return this.#alive;
  }

  /** Resolves when the bundle is loaded and can be asked. Rejects with what kept it from loading. */
  static async start(setting: HostedFunction, { clock, rootCertificate, patience = 1, log }: HostOptions): Promise<Sandbox> {
    const [file = 'index', handlerName = 'handler'] = setting.handler.split('.');
    const workerData: WorkerSetting = {
      bundle: join(setting.folder, `${file}.cjs`), handlerName, functionName: setting.name, functionArn: setting.arn, memory: setting.memory,
      timeoutMilliseconds: setting.timeoutSeconds * 1000 * patience, clock: clock.shared, ...(rootCertificate === undefined ? {} : { rootCertificate }),
    };
    const worker = new Worker(beginning, {
      workerData, env: { ...setting.environment, _HANDLER: setting.handler, LAMBDA_TASK_ROOT: setting.folder, AWS_LAMBDA_FUNCTION_NAME: setting.name, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(setting.memory) },
      stdout: true, stderr: true, execArgv: ['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
    });
    for (const output of [worker.stdout, worker.stderr]) {
      output.setEncoding('utf8').on('data', (text: string) => {
        log(setting.name, text);
      });
    }
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => {
        reject(new Error('The function ended while it was started.'));
      });
      worker.once('message', () => {
        resolve();
      });
    });
    worker.removeAllListeners('error').removeAllListeners('exit');
    return new Sandbox(worker, (line) => {
      log(setting.name, line);
    });
  }

  /** Only while it is alive. Never rejects; the answer says what went wrong. */
  ask(event: unknown): Promise<Invocation> {
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve) => {
      this.#pending.set(id, resolve);
      this.#worker.postMessage({ id, event, requestId: randomUUID() } satisfies ToWorker);
    });
  }

  /** Microseconds of CPU that the thread has taken since it was started. */
  async cpu(): Promise<number> {
    const { user, system } = await this.#worker.cpuUsage();
    return user + system;
  }

  /** Ends the thread; what it was asked answers with an error. */
  async end(): Promise<void> {
    this.#alive = false;
    await this.#worker.terminate();
  }

  #answered(message: Exclude<FromWorker, { readonly ready: true }>): void {
    const answer = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    answer?.('error' in message ? { error: message.error } : { result: message.result });
  }
}
