import type { LocalClock } from '../clock.ts';

/** The clock's hold of one exchange, which a long poll may lay down for a while. */
export class Hold {
  readonly #clock: Pick<LocalClock, 'hold'>;
  readonly #label: string;
  #release: (() => void) | undefined;

  constructor(clock: Pick<LocalClock, 'hold'>, label: string) {
    this.#clock = clock;
    this.#label = label;
    this.#release = clock.hold(label);
  }

  pause(): () => void {
    this.release();
    return () => {
      this.#release ??= this.#clock.hold(this.#label);
    };
  }

  release(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
