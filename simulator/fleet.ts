/** A fleet of simulated devices in branches that share links, and its own account of what happened. */
import { BranchLink, type LinkReport } from './branch-link.ts';
import type { SimulatorClock } from './clock.ts';
import { openCourier } from './courier.ts';
import type { AppAccount, InstalledVersion } from './device-app.ts';
import { chance } from './random.ts';
import { sharedKeys } from './shared-keys.ts';
import { characterOf, type Temper, type TemperMix } from './temper.ts';
import { leaveForAWhile, VirtualDevice } from './virtual-device.ts';

/** Devices that enrol by one invitation. Those of one branch name share its link. */
export interface FleetBranch {
  readonly name: string;
  readonly timeZone: string;
  readonly linkMbps: number;
  readonly devices: number;
  /** Address of the enrolment profile of an invitation to this branch, good for all its devices. */
  readonly profileUrl: string;
  /** These accept, whatever the fleet's mix is: test devices. */
  readonly obliging?: boolean;
  /** Minutes after midnight, local time, at which all its phones are first unlocked; each at its own time where absent. */
  readonly unlockedAtMinute?: number;
}

export interface FleetSetting {
  readonly seed: string;
  readonly mix: TemperMix;
  readonly branches: readonly FleetBranch[];
  readonly clock: SimulatorClock;
  readonly courierPort: number;
  /** What devices that have it already have. */
  readonly present?: { readonly bundleId: string; readonly version: InstalledVersion };
}

export interface DeviceAccount {
  readonly serialNumber: string;
  readonly branch: string;
  readonly temper: Temper;
  readonly account: AppAccount;
  readonly bytes: number;
  readonly resumed: number;
  readonly sessions: number;
}

/** Private keys of a fleet: to make one for each of 20,000 devices takes hours. Certificates are the devices' own all the same. */
const KEYS = 64;

/** Two cores do no better with more at once. */
const ENROL_AT_ONCE = 8;

export class Fleet {
  private readonly devices: readonly VirtualDevice[];
  private readonly profileUrls: ReadonlyMap<VirtualDevice, string>;
  private readonly links: readonly BranchLink[];

  private constructor(devices: readonly VirtualDevice[], profileUrls: ReadonlyMap<VirtualDevice, string>, links: readonly BranchLink[]) {
    this.devices = devices;
    this.profileUrls = profileUrls;
    this.links = links;
  }

  static async assemble(setting: FleetSetting): Promise<Fleet> {
    const byToken = new Map<string, VirtualDevice>();
    const courier = await openCourier(setting.courierPort, async (token, magic) => {
      await byToken.get(token)?.pushed(magic);
    });
    const links = new Map<string, BranchLink>();
    const profileUrls = new Map<VirtualDevice, string>();
    const keyOf = sharedKeys(KEYS);
    let number = 0;
    for (const branch of setting.branches) {
      const link = links.get(branch.name) ?? new BranchLink(branch.name, branch.linkMbps, setting.clock);
      links.set(branch.name, link);
      for (let n = 0; n < branch.devices; n += 1) {
        number += 1;
        const drawn = characterOf(setting.seed, number, branch.obliging === true ? {} : setting.mix);
        const character = branch.unlockedAtMinute === undefined ? drawn : { ...drawn, wakesAtMinute: branch.unlockedAtMinute };
        const device = new VirtualDevice({ hardware: hardwareOf(setting.seed, number), branch: branch.name, timeZone: branch.timeZone, character, clock: setting.clock, courier, link, keyOf });
        if (setting.present !== undefined && character.temper === 'has-it') device.has(setting.present.bundleId, setting.present.version, true);
        if (setting.present !== undefined && character.temper === 'unmanaged-copy') device.has(setting.present.bundleId, { shortVersion: '0.9', version: '1' }, false);
        byToken.set(device.pushToken, device);
        profileUrls.set(device, branch.profileUrl);
      }
    }
    return new Fleet([...byToken.values()], profileUrls, [...links.values()]);
  }

  /** Enrols every device; `progress` is told how many are done. */
  async enrol(progress: (done: number, of: number) => void): Promise<void> {
    const waiting = [...this.devices];
    let done = 0;
    const work = async (): Promise<void> => {
      for (let device = waiting.shift(); device !== undefined; device = waiting.shift()) {
        await device.setting.clock.during(device.enrol(this.profileUrls.get(device) ?? ''));
        done += 1;
        progress(done, this.devices.length);
      }
    };
    await Promise.all(Array.from({ length: ENROL_AT_ONCE }, work));
  }

  /** Those who go away do so now. */
  rolloutBegins(): void {
    for (const device of this.devices) leaveForAWhile(device);
  }

  accounts(bundleId: string): readonly DeviceAccount[] {
    return this.devices.map((device) => ({
      serialNumber: device.setting.hardware.serialNumber, branch: device.setting.branch, temper: device.setting.character.temper, account: device.account(bundleId),
      bytes: device.fetched.bytes, resumed: device.fetched.resumed, sessions: device.sessions,
    }));
  }

  linkReports(): readonly LinkReport[] {
    return this.links.map((link) => link.report());
  }
}

function hardwareOf(seed: string, number: number): VirtualDevice['setting']['hardware'] {
  const random = chance(`${seed}/hardware/${number}`);
  const serial = `W${number.toString(36).toUpperCase().padStart(4, '0')}${random.bytes(4).toString('hex').toUpperCase().slice(0, 6)}`;
  return { udid: `00008120-${random.bytes(8).toString('hex').toUpperCase()}`, serialNumber: serial, productName: random.happens(0.2) ? 'iPad14,1' : 'iPhone15,4', osVersion: random.happens(0.5) ? '18.6' : '26.1' };
}
