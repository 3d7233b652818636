/** What the clock brings about every minute: timers of waves, runs that did not start. Late, repeated or doubled it does no harm. */
import type { Instant } from '../ambient.ts';
import type { EnrolmentStore } from '../device/store.ts';
import { parseBranchId, parseCommandId, parsePlanId, parseWaveId, type EnrolmentId } from '../ids.ts';
import { commandsOf } from '../instruction/commands-of.ts';
import { needsPoll, needsPush, stepsOf, timeoutReason, type WaveStep } from '../instruction/deadline.ts';
import type { Instruction, QueuedCommand } from '../instruction/instruction.ts';
import type { CommandQueue, Due } from '../instruction/store.ts';
import { isEnd } from '../instruction/transitions.ts';
import type { RunStarter } from './store.ts';
import type { TurnServices } from './take-turn.ts';

export type SweepServices = Pick<TurnServices, 'runs' | 'instructions' | 'timers' | 'waker' | 'ids' | 'log'> & {
  readonly starter: Pick<RunStarter, 'start'>;
  readonly enrolments: Pick<EnrolmentStore, 'enrolments'>;
  readonly queue: Pick<CommandQueue, 'enqueue'>;
};

/** Timers handled in one sweep; what is left over waits for the next minute. */
const LIMIT = 200;

export async function sweep(services: SweepServices, now: Instant): Promise<{ readonly handled: number; readonly failed: number }> {
  const dues = await services.timers.due(now, LIMIT);
  let failed = 0;
  for (const due of dues) {
    try {
      const next = due.kind === 'run-start' ? await startOverdue(services, due) : await checkWave(services, due, now);
      await services.timers.advance(due, next);
    } catch (error) {
      // One bad timer must not hold up the others; it stays and is met again.
      failed += 1;
      services.log.error('timer failed', { kind: due.kind, subject: due.subject, error: error instanceof Error ? error.name : 'unknown' });
    }
  }
  if (failed === 0) await services.timers.mark(dues.length < LIMIT ? now : (dues.at(-1)?.at ?? now));
  return { handled: dues.length, failed };
}

async function startOverdue(services: SweepServices, due: Due): Promise<Due | undefined> {
  const [planId, branchId, kind] = due.subject.split('.');
  if (kind !== 'install' && kind !== 'inventory') return undefined;
  const run = await services.runs.run({ planId: parsePlanId(planId), branchId: parseBranchId(branchId), kind });
  // A later epoch or window has a timer of its own.
  if (run?.epoch === due.step && (run.status === 'waiting' || run.status === 'running')) {
    if ((await services.starter.start(run)) === 'started') services.log.warn('run started late by the sweep', { run: due.subject });
  }
  return undefined;
}

async function checkWave(services: SweepServices, due: Due, now: Instant): Promise<Due | undefined> {
  const instructions = await services.instructions.instructionsOfWave(parseWaveId(due.subject));
  const open = instructions.filter(({ state }) => !isEnd(state));
  const [sample] = open;
  if (sample === undefined) return undefined;
  const steps = stepsOf(sample.kind, sample.issuedAt, sample.deadline);
  const step = steps[due.step];
  if (step === undefined) return undefined;
  if (step.expire) await expire(services, open, now);
  else await nudge(services, open, step, due, now);
  const next = steps[due.step + 1];
  return next === undefined ? undefined : { at: next.at, kind: 'wave-check', subject: due.subject, step: due.step + 1 };
}

async function nudge(services: SweepServices, open: readonly Instruction[], step: WaveStep, due: Due, now: Instant): Promise<void> {
  const polls = step.poll ? open.filter((instruction) => needsPoll(instruction)) : [];
  const commands = polls.flatMap((instruction) => pollCommands(services, instruction, due.step, now));
  if (commands.length > 0) await services.queue.enqueue(commands);
  const pushes = step.push ? open.filter((instruction) => needsPush(instruction)) : [];
  const wake = new Set<EnrolmentId>([...polls, ...pushes].flatMap(({ enrolmentId }) => (enrolmentId === undefined ? [] : [enrolmentId])));
  if (wake.size > 0) await services.waker.wake([...wake]);
}

/** Both lists of one app: only together do they prove an installation. */
function pollCommands(services: Pick<SweepServices, 'ids'>, instruction: Instruction, step: number, now: Instant): readonly QueuedCommand[] {
  const { enrolmentId, deviceId, bundleId, waveId, deadline } = instruction;
  if (enrolmentId === undefined) return [];
  return (['managed-application-list', 'installed-application-list'] as const).map((type) => ({
    id: parseCommandId(services.ids.named(`${waveId}/${deviceId}/poll-${step}/${type}`)), enrolmentId, deviceId, openedAt: now, command: { type, bundleIds: [bundleId] }, expiresAt: deadline,
  }));
}

async function expire(services: SweepServices, open: readonly Instruction[], now: Instant): Promise<void> {
  const ids = open.flatMap(({ enrolmentId }) => (enrolmentId === undefined ? [] : [enrolmentId]));
  const seen = new Map((await services.enrolments.enrolments(ids)).map((enrolment) => [enrolment.id, enrolment.lastSeenAt]));
  for (const instruction of open) {
    const { waveId, deviceId, bundleId, enrolmentId, state } = instruction;
    const lastSeenAt = enrolmentId === undefined ? undefined : seen.get(enrolmentId);
    await services.instructions.change(
      { waveId, deviceId, bundleId, from: [state], to: 'timedOut', at: now, ends: instruction.kind === 'install', reason: timeoutReason(instruction, lastSeenAt) },
      enrolmentId === undefined ? undefined : { enrolmentId, commands: commandsOf(instruction, services.ids) },
    );
  }
}
