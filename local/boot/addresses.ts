/** The ports of the local cloud: those asked for, else free ones, the same again after a restart. All on 127.0.0.1. */
import { freePort, isFree } from '../free-port.ts';
import type { StateStore } from '../state-store.ts';

export const doors = ['api', 'aws', 'edge', 'console', 'apns', 'courier', 'clock'] as const;
export type Door = (typeof doors)[number];
export type Ports = Readonly<Record<Door, number>>;

const DOCUMENT = 'ports';

/** Throws where a port that was asked for is not free. */
export async function choosePorts(store: StateStore, asked: Partial<Ports>): Promise<Ports> {
  const kept = store.load<Ports>(DOCUMENT);
  const chosen: Partial<Record<Door, number>> = {};
  for (const door of doors) {
    const wanted = asked[door] ?? kept?.[door];
    if (wanted !== undefined && wanted !== 0 && !(await isFree(wanted))) {
      throw new Error(`Port ${wanted} on 127.0.0.1 is taken, and the ${door} address needs it. End what listens there, or choose another with --${door}-port.`);
    }
    chosen[door] = wanted === undefined || wanted === 0 ? await freePort(new Set(Object.values(chosen))) : wanted;
  }
  // Every door has been given one.
  const ports = chosen as Ports;
  store.save(DOCUMENT, ports);
  return ports;
}
