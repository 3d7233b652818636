/** Private keys for fleets so large that making one for each device takes hours. Who a device is says its certificate, and that is its own. */
import type { KeyObject } from 'node:crypto';
import { newDeviceKey } from '../protocol/scep/client.ts';
import type { KeySource } from './identity.ts';

/** The first `count` devices have theirs made, the others take turns with those. */
export function sharedKeys(count: number): KeySource {
  const keys: Promise<KeyObject>[] = [];
  let asked = 0;
  return () => {
    const place = asked % count;
    asked += 1;
    return (keys[place] ??= newDeviceKey());
  };
}
