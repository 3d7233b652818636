/** A branch's line to the outside as its devices share it, and what the simulator saw on it. */
import type { SimulatorClock } from './clock.ts';

export interface LinkReport {
  readonly branch: string;
  readonly peakConcurrentDownloads: number;
  readonly bytes: number;
  /** Bytes by minute (instant of the minute's start, UTC). */
  readonly bytesPerMinute: ReadonlyMap<number, number>;
}

export class BranchLink {
  private active = 0;
  private peak = 0;
  private total = 0;
  private readonly minutes = new Map<number, number>();
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
    this.active += 1;
    this.peak = Math.max(this.peak, this.active);
    try {
      return await run((bytes) => this.carry(bytes));
    } finally {
      this.active -= 1;
    }
  }

  /** Takes the time that `bytes` need on an equal share of the line. */
  private async carry(bytes: number): Promise<void> {
    this.total += bytes;
    const minute = Math.floor(this.clock.now() / 60_000) * 60_000;
    this.minutes.set(minute, (this.minutes.get(minute) ?? 0) + bytes);
    await this.clock.until(this.clock.now() + (bytes / (this.bytesPerSecond / this.active)) * 1000);
  }

  report(): LinkReport {
    return { branch: this.branch, peakConcurrentDownloads: this.peak, bytes: this.total, bytesPerMinute: this.minutes };
  }
}
