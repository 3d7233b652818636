/**
 * A fleet in a thread of its own, so that devices and server do not wait for each other's event loop. It meets the server
 * over HTTP like any other; the messages here are between the fleet and whoever put it up.
 */
import tls from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';
import { followClock } from './clock.ts';
import { Fleet, type DeviceAccount, type FleetSetting } from './fleet.ts';

/** What the thread is started with. */
export interface ThreadSetting extends Omit<FleetSetting, 'clock'> {
  /** Port of the local cloud's clock channel. */
  readonly clockPort: number;
  /** PEM of a root certificate to trust besides the machine's. */
  readonly root: string;
}

export type ToFleet =
  /** Those who go away do so now. */
  | { readonly type: 'begin' }
  | { readonly type: 'report'; readonly bundleId: string };

export type FromFleet =
  | { readonly type: 'enrolled'; readonly done: number; readonly of: number }
  | { readonly type: 'ready' }
  | { readonly type: 'report'; readonly devices: readonly DeviceAccount[]; readonly links: readonly { readonly branch: string; readonly peakConcurrentDownloads: number; readonly bytes: number }[] };

const port = parentPort;
if (port === null) throw new Error('The fleet is to be started as a thread.');
const say = (message: FromFleet): void => { port.postMessage(message); };

const { clockPort, root, ...setting } = workerData as ThreadSetting;
tls.setDefaultCACertificates([...tls.getCACertificates('default'), root]);
const clock = await followClock(clockPort, 'fleet');
const fleet = await Fleet.assemble({ ...setting, clock });
port.on('message', (message: ToFleet) => {
  if (message.type === 'begin') fleet.rolloutBegins();
  else say({ type: 'report', devices: fleet.accounts(message.bundleId), links: fleet.linkReports().map(({ branch, peakConcurrentDownloads, bytes }) => ({ branch, peakConcurrentDownloads, bytes })) });
});
await fleet.enrol((done, of) => { say({ type: 'enrolled', done, of }); });
say({ type: 'ready' });
