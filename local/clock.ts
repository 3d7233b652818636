/**
 * The one clock of the local cloud. Three paces:
 * - `real`: the machine's time;
 * - a factor, for example 60: an hour passes in a minute;
 * - `max`: real pace, and a jump to the next due instant whenever nothing is in flight.
 * A timer never fires before its instant. With a data folder the clock goes on from where it was (`start`).
 */
import type { Clock, Instant } from '../core/ambient.ts';

export type Pace = 'real' | 'max' | number;

export interface Timer {
  cancel(): void;
}

export interface LocalClock extends Clock {
  /** Calls back once, at or after `instant`; work begun in the callback must take its own `hold`. */
  at(instant: Instant, call: () => void): Timer;
  /** Says that something is in flight: no jump until the returned function is called (once; later calls do nothing). */
  hold(label: string): () => void;
  /** Resolves at or after `instant`. */
  until(instant: Instant): Promise<void>;
  /** Labels of what is in flight, for diagnosis. */
  inFlight(): readonly string[];
  /** Changes the pace from now on. */
  setPace(pace: Pace): void;
  readonly pace: Pace;
  /**
   * Three Float64: virtual base, real base (Date.now()), factor; now = virtual + (real now - real base) * factor.
   * Worker threads read it without asking. Writers bump `sequence` (Int32 behind it) before and after: odd = being written.
   */
  readonly shared: SharedArrayBuffer;
  /** Tells others (the simulator's channel) of a jump or a change of pace. Returns the function that unsubscribes. */
  onChange(listener: () => void): () => void;
  /** A party with timers of its own: jumps wait for it and go no further than its next instant. It takes and drops a hold when it comes to rest. */
  join(participant: ClockParticipant): () => void;
  stop(): void;
}

export interface ClockParticipant {
  readonly name: string;
  /** False while it works or has not yet seen the last jump. */
  quiet(): boolean;
  /** Its next instant, or undefined when it waits for others only. */
  nextAt(): Instant | undefined;
}
