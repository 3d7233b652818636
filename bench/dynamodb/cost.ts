/** What an operation costs in DynamoDB: calls by name, capacity units by table, of the functions that serve it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { FunctionName } from '../../functions/environment.ts';
import type { LocalCloud } from '../../local/boot.ts';
import type { LocalClock } from '../../local/clock.ts';
import type { MeteredCall } from '../../local/dynamodb/meter.ts';

export interface Cost {
  /** By API name, those refused by their condition included. */
  readonly calls: Readonly<Record<string, number>>;
  /** Calls of these that a condition refused. */
  readonly refused: number;
  /** Capacity units by table (`devices`, `plans`, …), indexes included; tables that cost nothing are absent. */
  readonly read: Readonly<Record<string, number>>;
  readonly write: Readonly<Record<string, number>>;
}

/** Nothing in flight for so many looks in a row, so many milliseconds apart: what was set off is done. */
const LOOKS = 4;
const BETWEEN_LOOKS = 5;
const LONGEST_WAIT = 60_000;

/** Does `work` and waits for all that it sets off (streams, queues, executions); `calls`: what DynamoDB got meanwhile. */
export async function callsDuring<T>({ clock, meter }: Pick<LocalCloud, 'clock' | 'meter'>, work: () => Promise<T>): Promise<{ readonly result: T; readonly calls: readonly MeteredCall[] }> {
  await quiet(clock);
  meter.reset();
  const result = await work();
  await quiet(clock);
  return { result, calls: [...meter.calls()] };
}

async function quiet(clock: LocalClock): Promise<void> {
  const began = performance.now();
  for (let still = 0; still < LOOKS; still += 1) {
    await pause(BETWEEN_LOOKS);
    const inFlight = clock.inFlight();
    if (inFlight.length > 0) still = -1;
    if (performance.now() - began > LONGEST_WAIT) throw new Error(`The local cloud does not come to rest: ${inFlight.join(', ')}.`);
  }
}

export function costOf(calls: readonly MeteredCall[], functions: readonly FunctionName[]): Cost {
  const names: readonly (string | undefined)[] = functions;
  const own = calls.filter(({ functionName }) => names.includes(functionName));
  const consumed = own.flatMap((call) => call.consumed);
  return {
    calls: sums(own.map(({ operation }) => [operation, 1])),
    refused: own.filter(({ failure }) => failure !== undefined).length,
    read: sums(consumed.map(({ table, readUnits }) => [nounOf(table), readUnits])),
    write: sums(consumed.map(({ table, writeUnits }) => [nounOf(table), writeUnits])),
  };
}

/** Sums by name, in order of names. */
function sums(parts: readonly (readonly [name: string, value: number])[]): Readonly<Record<string, number>> {
  const totals = new Map<string, number>();
  for (const [name, value] of parts) totals.set(name, (totals.get(name) ?? 0) + value);
  return Object.fromEntries([...totals].filter(([, value]) => value > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Tables are called after their place in the template: `TablesDevices704C53B1` is `devices`. */
function nounOf(table: string): string {
  return table.replace(/^Tables/, '').replace(/[0-9A-F]{8}$/, '').toLowerCase();
}
