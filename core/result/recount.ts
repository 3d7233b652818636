/** The kept totals of a plan against a count of its instructions at this moment, branch by branch. One branch in memory at a time. */
import { atMost } from '../at-once.ts';
import type { BranchId, PlanId } from '../ids.ts';
import type { InstructionKind } from '../instruction/instruction.ts';
import type { Run, RunKey } from '../rollout/plan.ts';
import { runId, type RunStore } from '../rollout/store.ts';
import { waveIdOf } from '../rollout/wave-id.ts';
import { addCounts, type Counts } from '../job/job.ts';
import { settleWave, type SettleServices } from './settle-totals.ts';
import { addReasons, addTotals, isNothing, subtractTallies, tallyOf, type Tally } from './totals.ts';

/** One number that is not what a count comes to. */
export interface Difference {
  readonly branchId: BranchId;
  readonly kind: InstructionKind;
  /** Absent: the totals of the whole branch. */
  readonly seq?: number;
  /** A state, `state/reason`, or of a wave `installed on DAY`. */
  readonly what: string;
  readonly kept: number;
  readonly counted: number;
}

export interface RecountServices extends SettleServices {
  readonly runs: Pick<RunStore, 'run' | 'runTallies' | 'waveTotals' | 'setWaveTotals'>;
}

export interface RecountPage {
  readonly differences: readonly Difference[];
  readonly counts: Counts;
  /** The branch that is done; the one before while it is not. */
  readonly place: string;
}

const AT_ONCE = 8;
/** Waves between two looks at the clock. */
const PORTION = 64;
/** A difference is looked at again: the stream may be about to settle it, or an instruction changed between two reads. */
const LOOKS = 3;

/**
 * `mend`: a wave that differs is counted again into its kept totals by the path that the stream uses, which its branch's follow; a branch that
 * differs by itself is only said. Two calls for each wave, three for each branch and kind.
 */
export async function* recountPlan(services: RecountServices, planId: PlanId, branchIds: readonly BranchId[], kinds: readonly InstructionKind[], mend: boolean, place = ''): AsyncGenerator<RecountPage, undefined> {
  let done = place;
  for (const branchId of branchIds.filter((id) => id > place)) {
    const differences: Difference[] = [];
    let counts: Counts = { branches: 1 };
    for (const kind of kinds) {
      const run = await services.runs.run({ planId, branchId, kind });
      if (run === undefined) continue;
      for await (const some of recountRun(services, run, mend)) {
        differences.push(...some.differences);
        counts = addCounts(counts, some.counts);
        // Nothing of the branch is safe before all of it is: whoever goes on begins it anew.
        yield { differences: [], counts: {}, place: done };
      }
    }
    done = branchId;
    yield { differences, counts: addCounts(counts, { differences: differences.length }), place: done };
  }
  return undefined;
}

interface Portion {
  readonly differences: readonly Difference[];
  readonly counts: Counts;
}

async function* recountRun(services: RecountServices, run: Run, mend: boolean): AsyncGenerator<Portion, undefined> {
  const { planId, branchId, kind } = run;
  const key: RunKey = { planId, branchId, kind };
  let sum: Tally = { totals: {}, reasons: {} };
  for (let from = 1; from < run.nextSeq; from += PORTION) {
    const seqs = Array.from({ length: Math.min(PORTION, run.nextSeq - from) }, (_, index) => from + index);
    const waves = await atMost(AT_ONCE, seqs, async (seq) => ({ seq, ...(await recountWave(services, key, seq, mend)) }));
    sum = added([sum, ...waves.map(({ counted }) => counted)]);
    const differences = waves.flatMap(({ seq, kept, counted }) => differencesOf({ branchId, kind, seq }, kept, counted));
    yield { differences, counts: { waves: waves.length, instructions: waves.reduce((all, { instructions }) => all + instructions, 0), mended: waves.filter(({ mended }) => mended).length } };
  }
  const kept = (await services.runs.runTallies([key])).get(runId(key)) ?? { totals: {}, reasons: {} };
  yield { differences: differencesOf({ branchId, kind }, kept, sum), counts: {} };
  return undefined;
}

interface WaveCount {
  readonly kept: Tally;
  readonly counted: Tally;
  readonly instructions: number;
  readonly mended: boolean;
}

async function recountWave(services: RecountServices, key: RunKey, seq: number, mend: boolean): Promise<WaveCount> {
  const id = waveIdOf(key, seq);
  for (let look = 1; ; look += 1) {
    const { version, ...kept } = await services.runs.waveTotals(key, seq);
    const instructions = await services.instructions.instructionsOfWave(id);
    const counted = tallyOf(instructions);
    const count = { kept, counted, instructions: instructions.length };
    if (isSame(kept, counted)) return { ...count, mended: false };
    // Totals that were settled meanwhile are no difference: both have to be looked at again.
    const isStill = (await services.runs.waveTotals(key, seq)).version === version;
    if (!isStill && look < LOOKS) continue;
    if (mend) await settleWave(services, id);
    return { ...count, mended: mend };
  }
}

function isSame(kept: Tally, counted: Tally): boolean {
  return isNothing(subtractTallies(counted, kept));
}

function differencesOf(where: Pick<Difference, 'branchId' | 'kind' | 'seq'>, kept: Tally, counted: Tally): readonly Difference[] {
  const [before, now] = [countsOf(kept), countsOf(counted)];
  return Object.keys(countsOf(subtractTallies(counted, kept))).map((what) => ({ ...where, what, kept: before[what] ?? 0, counted: now[what] ?? 0 }));
}

function countsOf({ totals, reasons, installs = {} }: Tally): Counts {
  return { ...totals, ...reasons, ...Object.fromEntries(Object.entries(installs).map(([day, count]) => [`installed on ${day}`, count])) };
}

/** Days are no counters of a branch's: those of all branches are counted together. */
function added(tallies: readonly Tally[]): Tally {
  return { totals: addTotals(tallies.map(({ totals }) => totals)), reasons: addReasons(tallies.map(({ reasons }) => reasons)) };
}
