import type { Instant } from '../../core/ambient.ts';

interface Entry {
  readonly at: Instant;
  /** Timers of one instant fire in the order in which they were set. */
  readonly order: number;
  call: (() => void) | undefined;
}

/** Timers by instant: a binary heap. Cancelled ones stay until they come to the top. */
export class TimerHeap {
  readonly #entries: Entry[] = [];
  #order = 0;

  /** Returns the function that cancels. */
  add(at: Instant, call: () => void): () => void {
    const entry: Entry = { at, order: this.#order, call };
    this.#order += 1;
    this.#entries.push(entry);
    this.#rise(this.#entries.length - 1);
    return () => {
      entry.call = undefined;
    };
  }

  /** The earliest instant that has a timer. */
  next(): Instant | undefined {
    while (this.#entries[0] !== undefined && this.#entries[0].call === undefined) this.#take();
    return this.#entries[0]?.at;
  }

  /** Takes what is due at `now`, one by one, as the caller asks for it: a call may add or cancel others. */
  *due(now: Instant): Generator<() => void, undefined> {
    for (let at = this.next(); at !== undefined && at <= now; at = this.next()) {
      const call = this.#take()?.call;
      if (call !== undefined) yield call;
    }
  }

  #take(): Entry | undefined {
    const [top] = this.#entries;
    const last = this.#entries.pop();
    if (last !== undefined && this.#entries.length > 0) {
      this.#entries[0] = last;
      this.#sink(0);
    }
    return top;
  }

  #before(a: number, b: number): boolean {
    const [left, right] = [this.#entries[a], this.#entries[b]];
    if (left === undefined || right === undefined) return left !== undefined;
    return left.at < right.at || (left.at === right.at && left.order < right.order);
  }

  #swap(a: number, b: number): void {
    const [left, right] = [this.#entries[a], this.#entries[b]];
    if (left === undefined || right === undefined) return;
    this.#entries[a] = right;
    this.#entries[b] = left;
  }

  #rise(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#before(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(from: number): void {
    for (let index = from; ; ) {
      const [left, right] = [index * 2 + 1, index * 2 + 2];
      let least = left < this.#entries.length && this.#before(left, index) ? left : index;
      if (right < this.#entries.length && this.#before(right, least)) least = right;
      if (least === index) return;
      this.#swap(index, least);
      index = least;
    }
  }
}
