/**
 * The clock that the simulated devices live by: the machine's, or that of a local cloud, whose channel tells of jumps and
 * changes of pace and is told when the devices are at rest. A timer never fires early.
 */
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface SimulatorClock {
  /** Milliseconds since the epoch, UTC. */
  now(): number;
  /** Calls back once, at or after `instant`. */
  at(instant: number, call: () => Promise<void>): void;
  /** The devices are not at rest until `work` has settled. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Resolves at or after `instant`. To be called by work that `during` or a timer counts: while it waits it counts as at rest. */
  until(instant: number): Promise<void>;
  close(): void;
}

interface Entry {
  readonly at: number;
  readonly call: () => Promise<void>;
}

/** Timeouts of Node are limited to 2^31 - 1 ms; longer waits are cut. */
const LONGEST_TIMEOUT = 2_000_000_000;

/** What both clocks share: timers in order, and a count of work under way. */
class Timetable {
  private entries: Entry[] = [];
  private working = 0;
  private timeout: NodeJS.Timeout | undefined;
  private readonly now: () => number;
  private readonly realDelay: (until: number) => number;
  private readonly changed: () => void;

  constructor(now: () => number, realDelay: (until: number) => number, changed: () => void) {
    this.now = now;
    this.realDelay = realDelay;
    this.changed = changed;
  }

  get busy(): boolean {
    return this.working > 0;
  }

  get nextAt(): number | undefined {
    return this.entries[0]?.at;
  }

  add(entry: Entry): void {
    // Behind those of its instant, found by halving: a fleet has tens of thousands.
    let [from, to] = [0, this.entries.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.entries[middle]?.at ?? 0) > entry.at) to = middle;
      else from = middle + 1;
    }
    this.entries.splice(from, 0, entry);
    this.arm();
    this.changed();
  }

  /** A wait within work: the work is at rest meanwhile, and is counted again before it goes on. */
  until(at: number): Promise<void> {
    return new Promise((resolve) => {
      this.working -= 1;
      this.add({
        at,
        call: () => {
          this.working += 1;
          resolve();
          return Promise.resolve();
        },
      });
    });
  }

  async during<T>(work: Promise<T>): Promise<T> {
    this.working += 1;
    this.changed();
    try {
      return await work;
    } finally {
      this.working -= 1;
      this.changed();
    }
  }

  /** Fires what is due; to be called whenever the time may have changed. */
  fire(): void {
    for (let first = this.entries[0]; first !== undefined && first.at <= this.now(); first = this.entries[0]) {
      this.entries.shift();
      this.during(first.call()).catch((error: unknown) => {
        process.stderr.write(`simulator: a device failed: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}\n`);
      });
    }
    this.arm();
  }

  stop(): void {
    clearTimeout(this.timeout);
    this.entries = [];
  }

  private arm(): void {
    clearTimeout(this.timeout);
    const next = this.entries[0];
    if (next === undefined) return;
    this.timeout = setTimeout(() => {
      this.fire();
    }, Math.min(LONGEST_TIMEOUT, Math.max(0, Math.ceil(this.realDelay(next.at)))));
  }
}

function clockOver(timetable: Timetable, now: () => number, close: () => void): SimulatorClock {
  const at = (instant: number, call: () => Promise<void>): void => {
    timetable.add({ at: instant, call });
  };
  return {
    now, at, close,
    during: (work) => timetable.during(work),
    until: (instant) => timetable.until(instant),
  };
}

/** The machine's own time. */
export function machineClock(): SimulatorClock {
  const timetable: Timetable = new Timetable(Date.now, (until) => until - Date.now(), () => undefined);
  return clockOver(timetable, Date.now, () => {
    timetable.stop();
  });
}

/** The state of the local cloud's clock, as its channel tells it: now = virtual + (real now - real) * speed. */
interface ClockState {
  readonly epoch: number;
  readonly virtual: number;
  readonly real: number;
  readonly speed: number;
}

/** Follows the clock of a local cloud through its channel on 127.0.0.1:`port`. Resolves with the first state. */
export async function followClock(port: number, name: string): Promise<SimulatorClock> {
  const socket = createConnection({ host: '127.0.0.1', port });
  socket.setNoDelay(true);
  let state: ClockState | undefined;
  const now = (): number => (state === undefined ? Date.now() : state.virtual + (Date.now() - state.real) * state.speed);
  let told = '';
  const tell = (): void => {
    if (state === undefined) return;
    const message = `${JSON.stringify({ epoch: state.epoch, busy: timetable.busy, nextAt: timetable.nextAt ?? null, name })}\n`;
    if (message === told || !socket.writable) return;
    told = message;
    socket.write(message);
  };
  const timetable: Timetable = new Timetable(now, (until) => (until - now()) / (state?.speed ?? 1), tell);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    createInterface({ input: socket }).on('line', (line) => {
      state = readState(line);
      // What a jump has made due begins before the new epoch is acknowledged, so that the clock sees it as work.
      timetable.fire();
      tell();
      resolve();
    });
  });
  return clockOver(timetable, now, () => {
    timetable.stop();
    closeQuietly(socket);
  });
}

function readState(line: string): ClockState {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null) throw new Error('The clock channel sent something else than a state.');
  const number = (key: string): number => {
    const found: unknown = Reflect.get(value, key);
    if (typeof found !== 'number') throw new Error(`The clock channel sent no ${key}.`);
    return found;
  };
  return { epoch: number('epoch'), virtual: number('virtual'), real: number('real'), speed: number('speed') };
}

function closeQuietly(socket: Socket): void {
  socket.on('error', () => undefined);
  socket.end();
}
