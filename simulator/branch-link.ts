/** A branch's line to the outside as its devices share it, and what the simulator saw on it. */
import type { SimulatorClock } from './clock.ts';

const MINUTE = 60_000;

export interface LinkReport {
  readonly branch: string;
  readonly peakConcurrentDownloads: number;
  readonly bytes: number;
  /** Bytes on the line by minute (instant of the minute's start, UTC); a download that lasts longer is spread over its minutes. */
  readonly bytesPerMinute: ReadonlyMap<number, number>;
  /** The most downloads under way at once in each minute in which there was one. */
  readonly activePerMinute: ReadonlyMap<number, number>;
}

export class BranchLink {
  private active = 0;
  private peak = 0;
  private total = 0;
  private readonly minutes = new Map<number, number>();
  private readonly actives = new Map<number, number>();
  /** When `active` was last looked at. */
  private seenAt = 0;
  private readonly branch: string;
  private readonly bytesPerSecond: number;
  private readonly clock: SimulatorClock;

  constructor(branch: string, mbps: number, clock: SimulatorClock) {
    this.branch = branch;
    this.bytesPerSecond = (mbps * 1_000_000) / 8;
    this.clock = clock;
  }

  /** Runs one download, counted among those under way. */
  async download<T>(run: (carry: (bytes: number) => Promise<void>) => Promise<T>): Promise<T> {
    this.change(1);
    this.peak = Math.max(this.peak, this.active);
    try {
      return await run((bytes) => this.carry(bytes));
    } finally {
      this.change(-1);
    }
  }

  /** As many as there were count for every minute since the last change. */
  private change(by: number): void {
    const now = this.clock.now();
    const note = (minute: number): void => { this.actives.set(minute, Math.max(this.actives.get(minute) ?? 0, this.active)); };
    if (this.active > 0) for (let minute = Math.floor(this.seenAt / MINUTE) * MINUTE; minute <= now; minute += MINUTE) note(minute);
    this.active += by;
    this.seenAt = now;
    if (this.active > 0) note(Math.floor(now / MINUTE) * MINUTE);
  }

  /** Takes the time that `bytes` need on an equal share of the line as it is now. */
  private async carry(bytes: number): Promise<void> {
    const from = this.clock.now();
    const until = from + (bytes / (this.bytesPerSecond / this.active)) * 1000;
    this.total += bytes;
    for (let minute = Math.floor(from / MINUTE) * MINUTE; minute < until; minute += MINUTE) {
      const within = Math.min(until, minute + MINUTE) - Math.max(from, minute);
      this.minutes.set(minute, (this.minutes.get(minute) ?? 0) + (bytes * within) / (until - from));
    }
    await this.clock.until(until);
  }

  report(): LinkReport {
    return { branch: this.branch, peakConcurrentDownloads: this.peak, bytes: this.total, bytesPerMinute: this.minutes, activePerMinute: this.actives };
  }
}
