/** What the demo is about: one app, three sites in three time zones, 200 devices of every kind, and one test device. */
import { DAY, HOUR, type Instant } from '../../core/ambient.ts';

export const app = { bundleId: 'com.example.fieldwork', title: 'Fieldwork', shortVersion: '2.1.0', version: '210', fileName: 'Fieldwork-2.1.0.ipa', sizeBytes: 30_000_000 } as const;

export interface Site {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly linkMbps: number;
  readonly devices: number;
  /** When it is instructed, local time. */
  readonly window: { readonly from: string; readonly to: string };
}

const shares: readonly (Omit<Site, 'devices'> & { readonly share: number })[] = [
  { id: 'berlin', name: 'Berlin Mitte', timeZone: 'Europe/Berlin', linkMbps: 30, share: 0.4, window: { from: '13:00', to: '14:00' } },
  { id: 'tokyo', name: 'Tokyo Shinjuku', timeZone: 'Asia/Tokyo', linkMbps: 50, share: 0.35, window: { from: '01:00', to: '02:00' } },
  { id: 'new-york', name: 'New York Downtown', timeZone: 'America/New_York', linkMbps: 20, share: 0.25, window: { from: '09:00', to: '10:00' } },
];

export const DEVICES = 200;
/** One for each site. */
export const FEWEST_DEVICES = 3;

/** The sites with `devices` in all, besides the test device. */
export function sitesFor(devices: number): readonly Site[] {
  const [first, ...others] = shares.map(({ share, ...site }) => ({ ...site, devices: Math.max(1, Math.floor(share * devices)) }));
  if (first === undefined) return [];
  // What rounding leaves over goes to the first.
  return [{ ...first, devices: devices - others.reduce((sum, site) => sum + site.devices, 0) }, ...others];
}

/** At the first site. */
export const testDevice = 'test-1';
export const waveSize = 20;
export const intervalMinutes = 5;
export const seed = 'demo';

/** The demo's time begins in the morning of the present day: the test device's user is awake then. */
export function startOfDemo(now: Instant): Instant {
  return Math.floor(now / DAY) * DAY + 8 * HOUR;
}
