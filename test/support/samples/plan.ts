/** Ordinary plans, runs and waves. */
import { HOUR, MINUTE } from '../../../core/ambient.ts';
import { parseBundleId, parseDeviceId, parsePlanId, parseVersionId } from '../../../core/ids.ts';
import type { Plan, PlanBranch, Run, RunKey, Wave } from '../../../core/rollout/plan.ts';
import { waveIdOf } from '../../../core/rollout/wave-id.ts';
import { aBranchId } from './device.ts';
import { many, MORNING, uniqueEnrolmentId, uniqueUuid } from './unique.ts';

export function aPlan(facts: Partial<Plan> = {}): Plan {
  return {
    id: parsePlanId(uniqueUuid('plan')), name: 'A plan', operation: 'install', bundleId: parseBundleId('com.example.field'), versionId: parseVersionId('ab'.repeat(16)), shortVersion: '1.0', version: '100',
    waveSize: 50, intervalMinutes: 5, deadlineHours: 24, targets: 'branches', attempt: 1, status: 'draft', createdBy: 'ada', createdAt: MORNING, revision: 1, ...facts,
  };
}

export function aPlanBranch({ id }: Pick<Plan, 'id'>, facts: Partial<PlanBranch> = {}): PlanBranch {
  return { planId: id, branchId: aBranchId(), timeZone: 'Europe/Berlin', windows: [{ from: '09:00', to: '17:00', days: ['mon', 'tue'] }], inventoryWindow: { from: '22:00', to: '24:00' }, ...facts };
}

/** Waits for its first window. */
export function aRun(facts: Partial<Run> = {}): Run {
  return {
    planId: parsePlanId(uniqueUuid('plan')), branchId: aBranchId(), kind: 'install', status: 'waiting', pass: 'first', epoch: 1, nextSeq: 1, nextAt: MORNING,
    window: { opensAt: MORNING, closesAt: MORNING + 8 * HOUR }, ...facts,
  };
}

export function keyOf({ planId, branchId, kind }: RunKey): RunKey {
  return { planId, branchId, kind };
}

/** The run's next wave, of `devices` devices. */
export function nextWave(run: Run, devices = 2): Wave {
  return {
    id: waveIdOf(run, run.nextSeq), runKey: keyOf(run), seq: run.nextSeq, state: 'opening', pass: run.pass, openedAt: run.nextAt, skips: [],
    targets: many(devices, (n) => ({ deviceId: parseDeviceId(uniqueUuid('device')), deviceName: `Phone ${n}`, enrolmentId: uniqueEnrolmentId() })),
  };
}

/** The run once its next wave is open. */
export function afterWave(run: Run): Run {
  return { ...run, status: 'running', nextSeq: run.nextSeq + 1, nextAt: run.nextAt + 5 * MINUTE, cursor: `1#${uniqueUuid('cursor')}` };
}
