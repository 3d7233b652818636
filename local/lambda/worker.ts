/**
 * Runs one function's bundle in a thread of its own, as Lambda's runtime does in a sandbox: with the function's own
 * environment, on the local clock, trusting the local root as a machine trusts its own.
 */
import dns from 'node:dns';
import module, { createRequire } from 'node:module';
import tls from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerSetting } from './worker-messages.ts';

const setting = workerData as WorkerSetting;
const port = parentPort;
if (port === null) throw new Error('This file runs in a worker thread.');

const RealDate = Date;
const values = new Float64Array(setting.clock, 0, 3);
const sequence = new Int32Array(setting.clock, 24, 1);

function localNow(): number {
  for (;;) {
    const before = Atomics.load(sequence, 0);
    const [virtual = 0, real = 0, factor = 1] = values;
    if (before % 2 === 0 && before === Atomics.load(sequence, 0)) return Math.floor(virtual + (RealDate.now() - real) * factor);
  }
}

/** Time is the one thing that a thread is given differently from a Lambda sandbox. */
class LocalDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(localNow());
    else super(...(given as ConstructorParameters<typeof RealDate>));
  }

  static override now(): number {
    return localNow();
  }
}
globalThis.Date = LocalDate as DateConstructor;

/** Names under `localhost` are this machine (RFC 6761, section 6.3), which not every resolver knows. */
const realLookup = dns.lookup;
dns.lookup = Object.assign((name: string, ...rest: unknown[]) => {
  Reflect.apply(realLookup, dns, [name.endsWith('.localhost') ? '127.0.0.1' : name, ...rest]);
}, realLookup);

if (setting.rootCertificate !== undefined) tls.setDefaultCACertificates([...tls.getCACertificates('default'), setting.rootCertificate]);

type Handler = (event: unknown, context: unknown) => unknown;

const exported = createRequire(import.meta.url)(setting.bundle) as Readonly<Record<string, unknown>>;
const handler = exported[setting.handlerName];
// By itself it is kept when the thread ends, which is ended from outside.
module.flushCompileCache();
if (typeof handler !== 'function') throw new Error(`The bundle exports no ${setting.handlerName}.`);

async function invoke(id: number, event: unknown, requestId: string): Promise<FromWorker> {
  const deadline = RealDate.now() + setting.timeoutMilliseconds;
  const context = {
    awsRequestId: requestId, functionName: setting.functionName, functionVersion: '$LATEST', invokedFunctionArn: setting.functionArn,
    memoryLimitInMB: String(setting.memory), logGroupName: `/aws/lambda/${setting.functionName}`, logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true, getRemainingTimeInMillis: () => Math.max(0, deadline - RealDate.now()),
  };
  try {
    const result: unknown = await (handler as Handler)(event, context);
    return { id, result: result === undefined ? null : result };
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : { name: 'Error', message: String(error), stack: undefined };
    return { id, error: { errorType: name, errorMessage: message, trace: (stack ?? '').split('\n').slice(0, 12) } };
  }
}

port.on('message', ({ id, event, requestId }: ToWorker) => {
  void invoke(id, event, requestId).then((answer) => {
    port.postMessage(answer);
  });
});
port.postMessage({ ready: true } satisfies FromWorker);
