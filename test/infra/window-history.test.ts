import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../core/ambient.ts';
import { CANDIDATES_PER_TURN } from '../../core/rollout/gather-wave.ts';
import { planLimits } from '../../core/rollout/new-plan.ts';
import { nextWindow } from '../../core/rollout/window.ts';
import { readDefinition } from '../../infra/machine-definition.ts';
import { historyQuota } from '../../local/step-functions/history.ts';
import { present } from '../support/present.ts';
import { readTemplate } from './template.ts';

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
}

/** Entered and exited; a task is scheduled, started and succeeds between them. Source: Step Functions API, HistoryEvent. */
const EVENTS: Readonly<Record<string, number>> = { Task: 5, Choice: 2, Wait: 2, Pass: 2 };
/** ExecutionStarted and, of a state that ends it, entered, exited, ExecutionSucceeded. */
const AROUND = 4;
/** A try that fails is scheduled, started and failed. */
const EVENTS_OF_A_RETRY = 3;

const definition = readDefinition(readTemplate('cdk.out/Service.template.json').whole);
const states = definition['States'] as Readonly<Record<string, State>>;
const turn = String(definition['StartAt']);

/** Events of every way from a turn to the next one, as `What next`'s choices lead. */
function loops(name: string = turn, events = 0, way: readonly string[] = []): readonly { readonly way: readonly string[]; readonly events: number }[] {
  if (name === turn && way.length > 0) return [{ way, events }];
  const state = present(states[name]);
  if (state.Type === 'Succeed' || state.Type === 'Fail') return [];
  if (way.includes(name)) throw new Error(`There is a loop that meets no turn: ${way.join(', ')}.`);
  const next = [...(state.Choices ?? []).map(({ Next }) => Next), state.Default, state.Next].filter((one) => one !== undefined);
  return next.flatMap((one) => loops(one, events + present(EVENTS[state.Type]), [...way, name]));
}

const longest = (): number => Math.max(...loops().map(({ events }) => events));
const again = (): number => present(loops().find(({ way }) => !way.some((name) => states[name]?.Type === 'Wait'))).events;

/** The day on which clocks go back, from its first to its last minute, a wave in every one. */
const night = present(nextWindow('Europe/Berlin', [{ from: '00:00', to: '24:00' }], Date.parse('2026-10-25T00:00:00Z')));
const waves = (night.closesAt - night.opensAt) / (planLimits.intervalMinutes.min * MINUTE);

describe('the history of an execution', () => {
  it('has nine events for each wave, and seven for each turn that only looks on', () => {
    expect(loops().map(({ events }) => events).toSorted()).toEqual([7, 9]);
  });

  it('stays below the quota over the longest window there is, with waves as near as they may be', () => {
    expect(night.closesAt - night.opensAt).toBe(25 * HOUR);
    expect(waves).toBe(1_500);
    expect(AROUND + waves * longest()).toBeLessThan(historyQuota);
  });

  it('has room besides for every wave to be tried again once, and for a branch of 200,000 devices that all have the version', () => {
    const looks = 2 * 200_000 / CANDIDATES_PER_TURN;
    expect(AROUND + waves * (longest() + EVENTS_OF_A_RETRY) + looks * again()).toBeLessThan(historyQuota);
  });
});
