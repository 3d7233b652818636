/** Makes a decoder's cases, each from the seed, its name and its number alone, and says what is wrong with how one ended. */
import { WavecastError } from '../../core/errors.ts';
import { problemStatus } from '../../protocol/admin/problem.ts';
import { adminDecoders } from './admin-decoders.ts';
import type { Decoder } from './decoder.ts';
import { deviceDecoders } from './device-decoders.ts';
import { diceOf } from './dice.ts';
import { makeIdentities } from './identities.ts';
import { identityDecoders } from './identity-decoders.ts';
import { mutated } from './mutate.ts';
import { packageDecoders } from './package-decoders.ts';

/** Milliseconds that a case may take. */
export const LONGEST = 50;
/** A case that took longer is decoded so often again, and its fastest CPU time counts: the machine has other things to do. */
const REPEATS = 6;
/** A larger message takes longer for being large: how long, other tests ask. */
const LARGEST = 128 * 1024;
/** One in so many is made from nothing. */
const GENERATED = 3;

export async function makeDecoders(): Promise<readonly Decoder[]> {
  return [...deviceDecoders, ...identityDecoders(await makeIdentities()), ...await packageDecoders(), ...adminDecoders];
}

export function makeCase({ name, corpus, generate }: Decoder, seed: string, number: number): Buffer {
  const dice = diceOf(`${seed}/${name}/${number}`);
  return (generate !== undefined && dice.once(GENERATED) ? generate(dice) : mutated(corpus, dice)).subarray(0, LARGEST);
}

export interface CaseEnd {
  readonly milliseconds: number;
  /** Whether a value came of it. */
  readonly taken: boolean;
  readonly fault?: string;
}

export async function runCase(decoder: Decoder, bytes: Buffer): Promise<CaseEnd> {
  let end = await decodeOnce(decoder, bytes);
  for (let left = REPEATS; left > 0 && end.milliseconds > LONGEST; left -= 1) {
    const before = process.threadCpuUsage();
    const waited = await decodeOnce(decoder, bytes);
    const { user, system } = process.threadCpuUsage(before);
    const again = { ...waited, milliseconds: Math.min(waited.milliseconds, (user + system) / 1_000) };
    if (again.milliseconds < end.milliseconds) end = again;
  }
  return end.fault === undefined && end.milliseconds > LONGEST ? { ...end, fault: `took ${Math.round(end.milliseconds)} ms` } : end;
}

async function decodeOnce({ decode }: Decoder, bytes: Buffer): Promise<CaseEnd> {
  const began = performance.now();
  try {
    const value = decode(bytes);
    if (value instanceof Promise) await value;
    return { milliseconds: performance.now() - began, taken: true };
  } catch (error) {
    const fault = faultOf(error);
    return { milliseconds: performance.now() - began, taken: false, ...(fault === undefined ? {} : { fault }) };
  }
}

function faultOf(error: unknown): string | undefined {
  if (!(error instanceof WavecastError)) return error instanceof Error ? `threw ${error.name}: ${error.message} (${(error.stack ?? '').split('\n')[1]?.trim() ?? ''})` : `threw ${String(error)}`;
  const status = problemStatus(error.code);
  return status >= 400 && status < 500 ? undefined : `threw "${error.code}": status ${status}`;
}

/** How somebody sees one case again. */
export function commandFor(name: string, seed: string, number: number): string {
  return `node bootstrap.mjs bench/fuzz/one-case.ts ${seed} ${name} ${number}`;
}
