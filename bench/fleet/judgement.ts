/** What the server says of each device, compared with what the device says of itself. */
import { expected } from '../../local/demo/summary.ts';
import type { FleetReport } from '../../local/demo/demo-fleet.ts';

export interface Judgement {
  /** Devices of which server and device say different things. */
  readonly mismatches: number;
  /** Devices with more than one instruction of the plan. */
  readonly doubleInstructed: number;
  /** Devices of which the plan has nothing at all. */
  readonly skipped: number;
}

type Told = Pick<FleetReport['devices'][number], 'serialNumber' | 'account'>;

/** Instructions by the name of their device: simulated ones are called by their serial number. */
export function judgeDevices(devices: readonly Told[], instructions: readonly { readonly deviceName: string; readonly state: string }[]): Judgement {
  const states = new Map<string, string[]>();
  for (const { deviceName, state } of instructions) states.set(deviceName, [...(states.get(deviceName) ?? []), state]);
  const of = ({ serialNumber }: Told): readonly string[] => states.get(serialNumber) ?? [];
  return {
    mismatches: devices.filter((device) => of(device).at(-1) !== expected[device.account]).length,
    doubleInstructed: devices.filter((device) => of(device).length > 1).length,
    skipped: devices.filter((device) => of(device).length === 0).length,
  };
}
