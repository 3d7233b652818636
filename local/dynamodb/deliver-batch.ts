/** How a batch of stream records reaches a function that may fail: Lambda's rules for streams, free of any clock or stream. */

export interface BatchRules {
  /** Tries of one part of a batch before it is given up. */
  readonly maximumAttempts: number;
  /** A part that fails is halved, so that one bad record does not take good ones with it. Halving is no try. */
  readonly bisect: boolean;
}

export interface BatchSteps<R> {
  /** How many of the records, from the first on, were handled. Does not reject: what failed was not handled. */
  readonly handle: (records: readonly R[]) => Promise<number>;
  /** These are done with, and all before them. */
  readonly passed: (records: readonly R[]) => void;
  /** These failed every time. They are reported as passed as well. */
  readonly giveUp: (records: readonly R[]) => void;
  /** Waits before what failed is tried again; false ends the delivery. `failures` counts from 1. */
  readonly wait: (failures: number) => Promise<boolean>;
}

interface Part<R> {
  readonly records: readonly R[];
  readonly failures: number;
}

/** Hands all records on in their order. Resolves when each was handled or given up, or when `wait` said to end. */
export async function deliverBatch<R>(records: readonly R[], rules: BatchRules, steps: BatchSteps<R>): Promise<void> {
  const parts: Part<R>[] = records.length === 0 ? [] : [{ records, failures: 0 }];
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const handled = await steps.handle(part.records);
    if (handled > 0) steps.passed(part.records.slice(0, handled));
    const left = part.records.slice(handled);
    if (left.length === 0) continue;
    const failures = (handled > 0 ? 0 : part.failures) + 1;
    if (rules.bisect && left.length > 1) {
      const middle = Math.ceil(left.length / 2);
      parts.unshift({ records: left.slice(0, middle), failures: 0 }, { records: left.slice(middle), failures: 0 });
    } else if (failures < rules.maximumAttempts) parts.unshift({ records: left, failures });
    else {
      steps.giveUp(left);
      steps.passed(left);
      continue;
    }
    if (!(await steps.wait(failures))) return;
  }
}
