/** Ports that only send something on: they keep what they were asked for. */
import type { AuditLog } from '../../../core/audit.ts';
import type { EnrolmentId, JobId, PlanId } from '../../../core/ids.ts';
import type { Waker } from '../../../core/instruction/store.ts';
import type { Run } from '../../../core/rollout/plan.ts';
import { runId, type Background, type RunStarter } from '../../../core/rollout/store.ts';
import type { EventBus, ProductEvent } from '../../../core/result/product-event.ts';
import { settled } from './device-store.ts';
import type { MemoryTables } from './tables.ts';

export interface RecordingWaker extends Waker {
  readonly calls: { readonly enrolmentIds: readonly EnrolmentId[]; readonly delaySeconds: number; readonly tries: number }[];
}

export function recordingWaker(tables: Pick<MemoryTables, 'beforeWrite'>): RecordingWaker {
  const calls: RecordingWaker['calls'] = [];
  return {
    calls,
    async wake(enrolmentIds, delaySeconds = 0, tries = 0) {
      await settled();
      tables.beforeWrite('waker.wake');
      calls.push({ enrolmentIds, delaySeconds, tries });
    },
  };
}

export interface RecordingStarter extends RunStarter {
  readonly scheduled: Run[];
  readonly started: Run[];
}

/** One start per run, epoch and window, as the name of an execution makes sure of. */
export function recordingStarter(tables: Pick<MemoryTables, 'beforeWrite'>): RecordingStarter {
  const scheduled: Run[] = [];
  const started: Run[] = [];
  const name = (run: Run): string => `${runId(run)}/${run.epoch}/${run.window.opensAt}`;
  const putOnce = (list: Run[], run: Run): boolean => {
    if (list.some((other) => name(other) === name(run))) return false;
    list.push(run);
    return true;
  };
  return {
    scheduled, started,
    async schedule(run) {
      await settled();
      tables.beforeWrite('starter.schedule');
      putOnce(scheduled, run);
    },
    async start(run) {
      await settled();
      tables.beforeWrite('starter.start');
      return putOnce(started, run) ? 'started' : 'already';
    },
  };
}

export interface RecordingBackground extends Background {
  readonly launched: PlanId[];
  readonly reissued: PlanId[];
  readonly placed: string[];
  readonly sliced: JobId[];
}

export function recordingBackground(tables: Pick<MemoryTables, 'beforeWrite'>): RecordingBackground {
  const launched: PlanId[] = [];
  const reissued: PlanId[] = [];
  const placed: string[] = [];
  const sliced: JobId[] = [];
  return {
    launched, reissued, placed, sliced,
    async launch(planId) {
      await settled();
      tables.beforeWrite('background.launch');
      launched.push(planId);
    },
    async reissue(planId) {
      await settled();
      tables.beforeWrite('background.reissue');
      reissued.push(planId);
    },
    async place(registrationId) {
      await settled();
      tables.beforeWrite('background.place');
      placed.push(registrationId);
    },
    async job(id) {
      await settled();
      tables.beforeWrite('background.job');
      sliced.push(id);
    },
  };
}

export interface RecordingEvents extends EventBus {
  readonly published: ProductEvent[];
}

export function recordingEvents(tables: Pick<MemoryTables, 'beforeWrite'>): RecordingEvents {
  const published: ProductEvent[] = [];
  return {
    published,
    async publish(events) {
      await settled();
      tables.beforeWrite('events.publish');
      published.push(...events);
    },
  };
}

export function memoryAuditLog(tables: MemoryTables): AuditLog {
  return {
    async record(entry) {
      await settled();
      tables.beforeWrite('audit.record');
      tables.audit.push(entry);
    },
    async ofDay(day, after, limit) {
      await settled();
      // The place in the log tells records of one instant apart: what is recorded later changes no page behind it.
      const keyed = tables.audit.map((entry, index) => ({ entry, key: `${new Date(entry.at).toISOString()}#${String(index).padStart(9, '0')}` }));
      const rest = keyed.filter(({ key }) => key.startsWith(day) && (after === undefined || key < after)).sort((a, b) => (a.key < b.key ? 1 : -1));
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      return { items: page.map(({ entry }) => entry), ...(rest.length > limit && last !== undefined ? { next: last.key } : {}) };
    },
  };
}
