/** A device's timeline as people read it: its events and what became of its instructions, in one list. */
import type { Instant } from '../ambient.ts';
import type { DeviceId } from '../ids.ts';
import type { Instruction, InstructionState, Reason } from '../instruction/instruction.ts';
import { knownWords } from '../instruction/reasons.ts';
import type { InstructionStore } from '../instruction/store.ts';
import { compareNewestFirst, type DeviceEvent, type EventPlace, type Timeline } from './timeline.ts';

export interface HistoryServices {
  readonly timeline: Pick<Timeline, 'events'>;
  readonly instructions: Pick<InstructionStore, 'instructionsOfDevice'>;
}

/** An event, or a step of an instruction: its kind is `instruction` and its code the state that it came to. */
export interface HistoryEntry extends Omit<DeviceEvent, 'kind'> {
  readonly kind: DeviceEvent['kind'] | 'instruction';
  readonly instruction?: Pick<Instruction, 'id' | 'kind' | 'waveId' | 'planId' | 'bundleId' | 'shortVersion' | 'version' | 'attempt'> & { readonly reasonCode?: string; readonly deviceCodes?: readonly string[] };
}

/** The instructions that are looked at: about five years' of a device that is in two plans a week. */
export const INSTRUCTIONS = 1_000;

/**
 * At most `limit` entries before `before`, newest first. An instruction may come to its end long after a later one was
 * issued, so every page reads the device's instructions (1 KB each, eventually consistent) besides its events.
 */
export async function deviceHistory(services: HistoryServices, deviceId: DeviceId, before: EventPlace | undefined, limit: number): Promise<{ readonly entries: readonly HistoryEntry[]; readonly more: boolean }> {
  const [events, instructions] = await Promise.all([services.timeline.events(deviceId, before, limit + 1), services.instructions.instructionsOfDevice(deviceId, INSTRUCTIONS)]);
  const steps = instructions.flatMap(stepsOf).filter((step) => before === undefined || compareNewestFirst(before, step) < 0);
  const all: readonly HistoryEntry[] = [...events, ...steps].sort(compareNewestFirst);
  return { entries: all.slice(0, limit), more: all.length > limit };
}

/** Each state that an instruction was in. Steps of one instant keep their order: the id ends in their number. */
export function stepsOf(instruction: Instruction): readonly HistoryEntry[] {
  const { id, kind, waveId, planId, bundleId, shortVersion, version, attempt, history } = instruction;
  const about = { id, kind, waveId, bundleId, shortVersion, version, attempt, ...(planId === undefined ? {} : { planId }) };
  return history.map(({ at, state, code }, index): HistoryEntry => ({
    id: `${id}.${String(index).padStart(3, '0')}`, kind: 'instruction', at, code: state, words: wordsOfStep(instruction, state, code),
    instruction: { ...about, ...(code === undefined ? {} : { reasonCode: code }), ...codesOf(instruction, code) },
  }));
}

const became: Readonly<Record<InstructionState, (what: string) => string>> = {
  scheduled: (what) => `${what} is scheduled.`, issued: (what) => `${what} was instructed.`, delivered: (what) => `${what} was fetched by the device.`,
  deferred: (what) => `${what} was put off by the device, which is busy or locked.`, acknowledged: (what) => `${what} was taken by the device.`, installing: (what) => `${what} is under way.`,
  installed: (what) => `${what} is done.`, rejected: (what) => `${what} was declined.`, failed: (what) => `${what} failed.`, timedOut: (what) => `${what} did not finish in time.`,
  skipped: (what) => `${what} was not instructed.`, cancelled: (what) => `${what} was withdrawn.`, superseded: (what) => `${what} was replaced by a newer one.`, removed: (what) => `${what} is done.`,
  collected: (what) => `${what} was answered.`,
};

/** The reason that an instruction keeps is that of the last step that gave one: it says more than the code of that step. */
function reasonOf({ reason }: Instruction, code: string | undefined): Reason | undefined {
  return code !== undefined && reason?.code === code ? reason : undefined;
}

function codesOf(instruction: Instruction, code: string | undefined): { readonly deviceCodes?: readonly string[] } {
  const codes = reasonOf(instruction, code)?.deviceCodes;
  return codes === undefined ? {} : { deviceCodes: codes };
}

function wordsOfStep(instruction: Instruction, state: InstructionState, code: string | undefined): string {
  const { kind, bundleId, shortVersion, version } = instruction;
  const what = { install: `The installation of ${bundleId} ${shortVersion} (${version})`, remove: `The removal of ${bundleId}`, inventory: `The inventory of ${bundleId}` }[kind];
  const reason = reasonOf(instruction, code);
  const why = reason?.words ?? (code === undefined ? undefined : knownWords(code));
  const codes = reason?.deviceCodes ?? [];
  return [became[state](what), ...(why === undefined ? [] : [why]), ...(codes.length === 0 ? [] : [`(${codes.join(', ')})`])].join(' ');
}

/** The place after which the next page begins. */
export function placeText({ at, id }: { readonly at: Instant; readonly id: string }): string {
  return `${at}.${id}`;
}

/** Undefined for a text that no page gave. */
export function parsePlace(text: string): EventPlace | undefined {
  const [, at, id] = /^(\d{1,15})\.([0-9a-z.-]{1,80})$/.exec(text) ?? [];
  return at === undefined || id === undefined ? undefined : { at: Number(at), id };
}
