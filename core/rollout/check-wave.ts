/** What a wave's timer brings about: pushes again, asks how far devices are, ends what is past its deadline. Repeated it does no harm. */
import type { Instant } from '../ambient.ts';
import { atMost } from '../at-once.ts';
import type { EnrolmentStore } from '../device/store.ts';
import { parseWaveId, type EnrolmentId, type WaveId } from '../ids.ts';
import { commandsOf } from '../instruction/commands-of.ts';
import { checkOf, needsPoll, needsPush, stepsOf, timeoutReason, type WaveCheck } from '../instruction/deadline.ts';
import { takesClaim, type Instruction } from '../instruction/instruction.ts';
import { pollCommands } from '../instruction/poll.ts';
import type { CommandQueue, Due } from '../instruction/store.ts';
import { isEnd } from '../instruction/transitions.ts';
import type { TurnServices } from './take-turn.ts';

export type CheckServices = Pick<TurnServices, 'instructions' | 'waker' | 'ids'> & {
  readonly enrolments: Pick<EnrolmentStore, 'enrolments'>;
  readonly queue: Pick<CommandQueue, 'enqueue'>;
};

/** How often what moves on while its deadline passes is looked at again. */
const ATTEMPTS = 5;
/** Of one wave; the sweep has several waves in hand. */
const CHANGES_AT_ONCE = 4;

/** The timer that follows; none where nothing of the wave is open any more. */
export async function checkWave(services: CheckServices, due: Due, now: Instant): Promise<Due | undefined> {
  const waveId = parseWaveId(due.subject);
  const open = await openOf(services, waveId);
  const [sample] = open;
  if (sample === undefined) return undefined;
  const steps = stepsOf(sample.kind, sample.issuedAt, sample.deadline);
  const check = checkOf(steps, due.step, now);
  if (check === undefined) return undefined;
  if (check.expire) await expire(services, waveId, open, now);
  else await nudge(services, open, check, steps[check.step]?.at ?? now, now);
  return check.next === undefined ? undefined : { at: check.next.at, kind: 'wave-check', subject: waveId, step: check.next.step };
}

/** The instructions of a wave that have not ended. */
export async function openOf(services: Pick<CheckServices, 'instructions'>, waveId: WaveId): Promise<readonly Instruction[]> {
  return (await services.instructions.instructionsOfWave(waveId)).filter(({ state }) => !isEnd(state));
}

async function nudge(services: CheckServices, open: readonly Instruction[], { push, poll, step }: WaveCheck, at: Instant, now: Instant): Promise<void> {
  const polls = poll ? open.filter(needsPoll) : [];
  const commands = polls.flatMap((instruction) => pollCommands(services, instruction, `poll-${step}`, at, now));
  if (commands.length > 0) await services.queue.enqueue(commands);
  const pushes = push ? open.filter(needsPush) : [];
  const wake = new Set<EnrolmentId>([...polls, ...pushes].flatMap(({ enrolmentId }) => enrolmentId ?? []));
  if (wake.size > 0) await services.waker.wake([...wake]);
}

/** Throws when instructions kept moving on: the timer stays, and they are met again. */
async function expire(services: CheckServices, waveId: WaveId, found: readonly Instruction[], now: Instant): Promise<void> {
  let open = found;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (!(await timeOut(services, open, now))) return;
    open = await openOf(services, waveId);
  }
  throw new Error('The instructions of a wave kept changing at its deadline.');
}

/** Whether any had moved on since it was read: it may be open still. */
async function timeOut(services: CheckServices, open: readonly Instruction[], now: Instant): Promise<boolean> {
  const ids = open.flatMap(({ enrolmentId }) => enrolmentId ?? []);
  const seen = new Map((await services.enrolments.enrolments(ids)).map((enrolment) => [enrolment.id, enrolment.lastSeenAt]));
  const results = await atMost(CHANGES_AT_ONCE, open, (instruction) => {
    const { waveId, deviceId, bundleId, enrolmentId, state } = instruction;
    const lastSeenAt = enrolmentId === undefined ? undefined : seen.get(enrolmentId);
    return services.instructions.change(
      { waveId, deviceId, bundleId, from: [state], to: 'timedOut', at: now, ends: takesClaim(instruction), reason: timeoutReason(instruction, lastSeenAt) },
      enrolmentId === undefined ? undefined : { enrolmentId, commands: commandsOf(instruction, services.ids) },
    );
  });
  return results.includes('stale');
}
