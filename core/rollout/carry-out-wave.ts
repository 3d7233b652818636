/** Issues the instructions of a wave's frozen list. Repeating it after any interruption ends in the same state. */
import { HOUR, type Instant } from '../ambient.ts';
import { parseInstructionId } from '../ids.ts';
import { commandsOf } from '../instruction/commands-of.ts';
import { stepsOf } from '../instruction/deadline.ts';
import type { Instruction, Reason } from '../instruction/instruction.ts';
import { reason } from '../instruction/reasons.ts';
import type { Due } from '../instruction/store.ts';
import { placesTimer } from './open-limit.ts';
import type { Plan, PlanBranch, Wave, WaveSkip, WaveTarget } from './plan.ts';
import type { TurnServices } from './take-turn.ts';

/** Transactions in flight at once: enough to open 50 in well under a second, few enough to spare the table. */
const CONCURRENCY = 10;

export async function carryOutWave(services: TurnServices, wave: Wave, plan: Plan, branch: Pick<PlanBranch, 'openLimit'>, now: Instant): Promise<void> {
  const limited = wave.runKey.kind === 'install' && branch.openLimit !== undefined;
  const pending = [...wave.targets];
  const held: WaveSkip[] = [];
  const issueSome = async (): Promise<void> => {
    for (let target = pending.shift(); target !== undefined; target = pending.shift()) {
      const instruction: Instruction = { ...instructionFor(services, wave, plan, target), ...(limited ? { limited } : {}) };
      const result = await services.instructions.issue(instruction, commandsOf(instruction, services.ids));
      if (result === 'held') held.push({ deviceId: target.deviceId, deviceName: target.deviceName, ...reason('other-instruction-live') });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, issueSome));
  // In the first pass a device held by another instruction is looked at again in the second.
  const skipped = wave.pass === 'first' ? wave.skips : [...wave.skips, ...held];
  if (skipped.length > 0) await services.instructions.record(skipped.map((skip) => neverIssued(services, wave, plan, skip, 'skipped', { code: skip.code, words: skip.words }, now)));
  if (wave.targets.length > 0) {
    await services.waker.wake(wave.targets.map(({ enrolmentId }) => enrolmentId));
    const [first] = stepsOf(wave.runKey.kind, wave.openedAt, deadlineOf(wave, plan));
    const timers: readonly Due[] = [
      ...(first === undefined ? [] : [{ at: Math.max(first.at, now), kind: 'wave-check', subject: wave.id, step: 0 } as const]),
      ...(limited ? [placesTimer(wave.runKey, now)] : []),
    ];
    if (timers.length > 0) await services.timers.put(timers);
  }
  await services.runs.finishWave(wave);
}

/** When a wave's instructions have failed unless finished. */
export function deadlineOf(wave: Pick<Wave, 'openedAt'>, plan: Pick<Plan, 'deadlineHours'>): Instant {
  return wave.openedAt + plan.deadlineHours * HOUR;
}

type Target = Pick<WaveTarget, 'deviceId' | 'deviceName'> & Partial<Pick<WaveTarget, 'enrolmentId'>>;

function instructionFor(services: Pick<TurnServices, 'ids'>, wave: Wave, plan: Plan, target: Target): Instruction {
  return {
    id: parseInstructionId(services.ids.named(`${wave.id}/${target.deviceId}`)),
    kind: wave.runKey.kind, waveId: wave.id, deviceId: target.deviceId, deviceName: target.deviceName, enrolmentId: target.enrolmentId,
    branchId: wave.runKey.branchId, planId: plan.id, bundleId: plan.bundleId, versionId: plan.versionId, shortVersion: plan.shortVersion, version: plan.version,
    attempt: plan.attempt, state: 'issued', issuedAt: wave.openedAt, deadline: deadlineOf(wave, plan), updatedAt: wave.openedAt,
    history: [{ at: wave.openedAt, state: 'issued' }],
  };
}

/** An instruction that no device gets, with the reason. */
export function neverIssued(services: Pick<TurnServices, 'ids'>, wave: Wave, plan: Plan, target: Target, state: 'skipped' | 'cancelled' | 'superseded', why: Reason, now: Instant): Instruction {
  return { ...instructionFor(services, wave, plan, target), state, reason: why, updatedAt: now, finishedAt: now, history: [{ at: now, state, code: why.code }] };
}
