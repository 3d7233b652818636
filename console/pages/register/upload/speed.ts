/** How fast an upload goes, by what has left in the last seconds. */
import { SECOND } from '../../../../core/ambient.ts';

export interface Sample {
  readonly at: number;
  /** Bytes until then. */
  readonly sent: number;
}

const LOOKS_BACK = 8 * SECOND;
/** Less tells nothing. */
const LEAST = SECOND;

/** The samples with another one; those that no longer count are dropped. A step back, where a part begins again, begins anew. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && sample.sent < last.sent) return [sample];
  return [...samples.filter(({ at }) => at >= sample.at - LOOKS_BACK), sample];
}

/** Bytes a second; undefined where it cannot be told yet. */
export function speedOf(samples: readonly Sample[]): number | undefined {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < LEAST) return undefined;
  return ((last.sent - first.sent) * SECOND) / (last.at - first.at);
}
