/** The plans of the pictures in docs/plans.md: the page says in words what stands here. */
import type { Canary } from '../../core/rollout/canary.ts';
import type { Window } from '../../core/rollout/plan.ts';

export interface SceneBranch {
  readonly id: string;
  readonly timeZone: string;
  readonly window: Window;
  readonly devices: number;
  readonly linkMbps: number;
  readonly openLimit?: number;
}

export interface Scene {
  /** When it is looked at. */
  readonly now: string;
  readonly branches: readonly SceneBranch[];
  /** Bytes of the package; 0: waves alone are shown. */
  readonly size: number;
  /** 50 where absent. */
  readonly waveSize?: number;
  readonly canary?: Canary;
  /** At the pace that the preview itself advises for each branch. */
  readonly advised?: true;
}

const PACKAGE = 60_000_000;
const night: Window = { from: '01:00', to: '02:00' };
const noon: Window = { from: '13:00', to: '14:00' };
const berlin = { id: 'berlin', timeZone: 'Europe/Berlin', linkMbps: 100 } as const;
const thursday = '2026-11-26T08:00:00Z';

const threeBranches: Scene = {
  now: thursday, size: PACKAGE,
  branches: [
    { ...berlin, window: night, devices: 1_000 },
    { id: 'tokyo', timeZone: 'Asia/Tokyo', window: noon, devices: 400, linkMbps: 50 },
    { id: 'lyon', timeZone: 'Europe/Paris', window: { from: '09:00', to: '17:00' }, devices: 80, linkMbps: 200 },
  ],
};

const campus: SceneBranch = { id: 'campus', timeZone: 'Europe/Berlin', window: night, devices: 1_000, linkMbps: 500 };
const aThousandAtNight = { now: thursday, size: 300_000_000, waveSize: 100 } as const;

/** By the name that stands above the picture in the page. */
export const scenes = {
  'clocks-go-forward': {
    now: '2026-03-28T12:00:00Z', size: 0,
    branches: [{ ...berlin, window: night, devices: 1_000 }, { id: 'tokyo', timeZone: 'Asia/Tokyo', window: noon, devices: 120, linkMbps: 50 }, { id: 'london', timeZone: 'Europe/London', window: night, devices: 120, linkMbps: 100 }],
  },
  'three-branches': threeBranches,
  'at-the-advised-pace': { ...threeBranches, advised: true },
  'a-wave-by-day': { now: thursday, size: PACKAGE, branches: [{ ...berlin, window: noon, devices: 50 }] },
  'a-wave-by-night': { now: thursday, size: PACKAGE, branches: [{ ...berlin, window: night, devices: 50 }] },
  canary: { now: thursday, size: PACKAGE, canary: { of: { kind: 'share', share: 0.1 }, soakHours: 24 }, branches: [{ ...berlin, window: { from: '09:00', to: '12:00' }, devices: 400 }] },
  'no-open-limit': { ...aThousandAtNight, branches: [campus] },
  'an-open-limit-of-three': { ...aThousandAtNight, branches: [{ ...campus, openLimit: 3 }] },
} as const satisfies Readonly<Record<string, Scene>>;
