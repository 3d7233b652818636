/** The demo's devices: a fleet in a thread, beside the cloud that it meets over HTTP. */
import { Worker } from 'node:worker_threads';
import type { FromFleet, ThreadSetting, ToFleet } from '../../simulator/fleet-thread.ts';

export type FleetReport = Extract<FromFleet, { readonly type: 'report' }>;

export interface DemoFleet {
  /** Resolves when all are enrolled. */
  readonly enrolled: Promise<void>;
  begin(): void;
  report(bundleId: string): Promise<FleetReport>;
  stop(): Promise<void>;
}

/** A device that fails while it enrols fails `enrolled`. */
export function startFleet(setting: ThreadSetting, progress: (done: number, of: number) => void): DemoFleet {
  const worker = new Worker(new URL('../../simulator/fleet-thread.ts', import.meta.url), { workerData: setting, execArgv: ['--disable-warning=ExperimentalWarning'] });
  const send = (message: ToFleet): void => { worker.postMessage(message); };
  const waiting: ((report: FleetReport) => void)[] = [];
  let fail: (error: Error) => void = () => undefined;
  const enrolled = new Promise<void>((resolve, reject) => {
    fail = reject;
    worker.on('message', (message: FromFleet) => {
      if (message.type === 'enrolled') progress(message.done, message.of);
      else if (message.type === 'ready') resolve();
      else waiting.shift()?.(message);
    });
  });
  worker.on('error', (error) => { fail(error instanceof Error ? error : new Error(String(error))); });
  return {
    enrolled,
    begin: () => { send({ type: 'begin' }); },
    report: (bundleId) => new Promise((resolve) => {
      waiting.push(resolve);
      send({ type: 'report', bundleId });
    }),
    async stop() {
      await worker.terminate();
    },
  };
}
