/** The first stage of a plan: some devices of each branch go first, and the rest follows when it went well with them. Pure. */
import { HOUR, type Instant } from '../ambient.ts';
import { countOf, failures, openStates, type Totals } from '../result/totals.ts';
import type { AbortRule, Run } from './plan.ts';

/** Which devices of each branch go first. */
export type CanaryDevices =
  | { readonly kind: 'test-devices' }
  /** The first so many in the order of the waves. */
  | { readonly kind: 'count'; readonly devices: number }
  /** Of the branch's enrolled devices, or of those that the plan lists there, when its first wave opens: above 0, below 1. */
  | { readonly kind: 'share'; readonly share: number };

export interface Canary {
  readonly of: CanaryDevices;
  /** Hours from the last wave of the stage to the first one of the rest. */
  readonly soakHours: number;
  /** Holds instead of the plan's until the rest goes. */
  readonly abortRule?: AbortRule;
}

/** Where a branch of a plan with a canary stands. A run of any other plan, and of inventory, has none. */
export interface Stage {
  /** `canary`: the first devices are being instructed; `soak`: all of them are, and time passes; `rest`: the others go. */
  readonly name: 'canary' | 'soak' | 'rest';
  /** Devices instructed in the canary. */
  readonly instructed: number;
  /** How many the canary is for; absent where it is the test devices. */
  readonly size?: number;
  /** Of a soak: no wave of the rest goes before. */
  readonly until?: Instant;
  /** The canary's rule has paused the plan: whoever resumes it goes on in spite of the rule. */
  readonly stopped?: boolean;
}

/** `devices`: those of the branch that the plan is for. */
export function firstStage({ of }: Canary, devices: number): Stage {
  const size = sizeOf(of, devices);
  return { name: 'canary', instructed: 0, ...(size === undefined ? {} : { size }) };
}

/** Undefined for test devices: nobody knows how many there are before they were looked at. */
export function sizeOf(of: CanaryDevices, devices: number): number | undefined {
  if (of.kind === 'test-devices') return undefined;
  return of.kind === 'count' ? of.devices : Math.max(1, Math.ceil(of.share * devices));
}

/** Devices at most in a wave of this stage. */
export function roomIn(stage: Stage | undefined, waveSize: number): number {
  return stage?.name === 'canary' && stage.size !== undefined ? Math.min(waveSize, stage.size - stage.instructed) : waveSize;
}

/** After a wave of `instructed` devices opened at `at`. `exhausted`: no device of the stage is left. */
export function afterWave(stage: Stage, canary: Canary, instructed: number, exhausted: boolean, at: Instant): Stage {
  if (stage.name !== 'canary') return stage;
  const grown: Stage = { ...stage, instructed: stage.instructed + instructed };
  return exhausted || (grown.size !== undefined && grown.instructed >= grown.size) ? soakFrom(grown, canary, at) : grown;
}

/** `at`: when its last wave opened, or where it had none when that was seen. */
export function soakFrom(stage: Stage, { soakHours }: Canary, at: Instant): Stage {
  return { ...stage, name: 'soak', until: at + soakHours * HOUR };
}

/** The stage of the wave that is opened now. */
export function enter({ until: _, stopped: __, ...stage }: Stage): Stage {
  return { ...stage, name: 'rest' };
}

/**
 * Why the canary's own rule does not let the plan go on, in a whole sentence: too many failed, or at the end of the soak too few are settled to tell. One that has
 * instructed nobody stops nothing: the plan is stopped by the other branches' where it goes badly there.
 */
export function canaryFailure(canary: Canary | undefined, { stage, nextAt }: Pick<Run, 'stage' | 'nextAt'>, totals: Totals, now: Instant): string | undefined {
  const rule = ruleOf(canary, stage);
  if (rule === undefined || stage === undefined || stage.stopped === true) return undefined;
  const { failed, settled } = outcomeOf(totals);
  const wanted = Math.min(rule.minimum, stage.instructed);
  if (settled >= Math.max(1, wanted) && failed > rule.share * settled) return `The canary failed: ${failed} of ${settled} settled instructions failed or were rejected, and it allows ${Math.round(rule.share * 100)} %. Resuming goes on in spite of it.`;
  if (stage.name === 'soak' && now >= nextAt && settled < wanted) return `The canary says too little: its soak is over, and ${settled} of ${stage.instructed} instructions are settled where ${wanted} must be. Resuming goes on in spite of it.`;
  return undefined;
}

/** The canary's own rule while it holds. */
export function ruleOf(canary: Canary | undefined, stage: Stage | undefined): AbortRule | undefined {
  return stage === undefined || stage.name === 'rest' ? undefined : canary?.abortRule;
}

/** What a branch is told when its soak is over. */
export function soakWords({ instructed }: Stage, totals: Totals): string {
  if (instructed === 0) return 'The canary is over, without a device in this branch: the rest goes.';
  const { failed, settled } = outcomeOf(totals);
  return `The canary is over: of ${instructed} instructed ${settled - failed} succeeded, ${failed} failed, ${countOf(totals, openStates)} are open. The rest goes.`;
}

function outcomeOf(totals: Totals): { readonly failed: number; readonly settled: number } {
  const failed = failures(totals);
  return { failed, settled: failed + countOf(totals, ['installed', 'removed']) };
}
