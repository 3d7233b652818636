/**
 * Carries a plan out as the cloud does, in time that jumps from one instant with something in it to the next: a turn for each
 * execution that is due, the sweep in every minute in which a timer is, pushes as the waker sends them, devices as they come, waves as the stream has them counted.
 */
import { atOnce } from '../../../adapters/dynamodb/batch.ts';
import { MINUTE, type Instant } from '../../../core/ambient.ts';
import type { EnrolmentId } from '../../../core/ids.ts';
import type { PushGateway } from '../../../core/instruction/push.ts';
import { serveDevice } from '../../../core/instruction/serve-device.ts';
import type { Waker } from '../../../core/instruction/store.ts';
import { wakeDevices } from '../../../core/instruction/wake-devices.ts';
import { settlePlaces } from '../../../core/rollout/free-places.ts';
import { settleWave } from '../../../core/result/settle-totals.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan, Run } from '../../../core/rollout/plan.ts';
import { runId, type RunStarter, type TurnInput } from '../../../core/rollout/store.ts';
import { sweep } from '../../../core/rollout/sweep.ts';
import { takeTurn } from '../../../core/rollout/take-turn.ts';
import { TimerHeap } from '../../../local/clock/timer-heap.ts';
import type { Phone } from './phone.ts';
import type { EngineWorld } from './world.ts';

const SECOND = 1_000;

export interface CarryOut {
  /** Calls back at an instant; nothing there is waited for. */
  at(instant: Instant, call: () => void): void;
  /** Goes on to the end of an instant. */
  until(instant: Instant): Promise<void>;
  launch(plan: Plan): Promise<void>;
}

/** `phoneOf`: by push token. */
export function carryOut(world: EngineWorld, phoneOf: (token: string) => Phone | undefined, fault: (words: string) => void): CarryOut {
  const heap = new TimerHeap();
  const names = new Set<string>();
  const turns: TurnInput[] = [];
  const coming = new Set<Phone>();
  const wakes: { readonly ids: readonly EnrolmentId[]; readonly tries: number }[] = [];
  let sweeps = false;
  const at = (instant: Instant, call: () => void): void => { heap.add(Math.max(instant, world.clock.now()), call); };

  const waker: Waker = {
    wake(ids, delaySeconds = 0, tries = 0) {
      at(world.clock.now() + delaySeconds * SECOND, () => { wakes.push({ ids, tries }); });
      return Promise.resolve();
    },
  };
  /** One execution for each run, epoch and window, as its name makes sure of. */
  const begin = (run: Run, instant: Instant): 'started' | 'already' => {
    const name = `${runId(run)}/${run.epoch}/${run.window.opensAt}`;
    if (names.has(name)) return 'already';
    names.add(name);
    at(instant, () => { turns.push({ format: 1, planId: run.planId, branchId: run.branchId, kind: run.kind, epoch: run.epoch, window: run.window }); });
    return 'started';
  };
  const starter: RunStarter = {
    schedule(run) {
      // A schedule does not take the name: what it starts does, when it is due.
      at(run.window.opensAt, () => { begin(run, world.clock.now()); });
      return Promise.resolve();
    },
    start: (run) => Promise.resolve(begin(run, world.clock.now())),
  };
  const gateway: PushGateway = {
    push(requests) {
      for (const { token } of requests) {
        const phone = phoneOf(token);
        if (phone === undefined) continue;
        if (phone.offUntil <= world.clock.now()) coming.add(phone);
        else at(phone.offUntil, () => { coming.add(phone); });
      }
      return Promise.resolve(requests.map(() => ({ result: 'delivered' as const })));
    },
  };
  /** Sweeps that would find nothing are left out. */
  const sweepAt = (instant: Instant): void => { at(Math.ceil(instant / MINUTE) * MINUTE, () => { sweeps = true; }); };
  const timers: EngineWorld['timers'] = {
    ...world.timers,
    async put(dues) {
      await world.timers.put(dues);
      for (const due of dues) sweepAt(due.at);
    },
    async advance(done, next) {
      await world.timers.advance(done, next);
      if (next !== undefined) sweepAt(next.at);
    },
  };
  // No plan of the bench is to be tried again by itself.
  const background = { reissue: () => Promise.reject(new Error('No plan of the bench is to be tried again.')) };
  const services = { ...world, timers, waker, starter, gateway, background };

  const turn = (input: TurnInput): Promise<void> => world.as('turn', async () => {
    try {
      for (;;) {
        const result = await takeTurn(services, input, world.clock.now());
        if (result.next === 'wait') at(Date.parse(result.until), () => { turns.push(input); });
        if (result.next !== 'continue') return;
      }
    } catch (error) {
      fault(`a turn failed: ${String(error)}`);
      at(world.clock.now() + 2 * SECOND, () => { turns.push(input); });
    }
  });
  const session = (phone: Phone): Promise<void> => world.as('command', async () => {
    for (let request = phone.idle(); ;) {
      const command = await serveDevice(services, request, () => Promise.resolve('report'), world.clock.now());
      if (command === undefined) return;
      request = phone.obey(command);
    }
  });

  /** All that this instant brings about, until it is quiet. */
  const settle = async (): Promise<void> => {
    for (;;) {
      const now = world.clock.now();
      for (const call of heap.due(now)) call();
      const [dueTurns, dueWakes, dueCalls] = [turns.splice(0), wakes.splice(0), [...coming]];
      coming.clear();
      const touched = [...world.touched];
      world.touched.clear();
      if (dueTurns.length + dueWakes.length + dueCalls.length + touched.length === 0 && !sweeps) return;
      await atOnce(dueTurns, turn);
      await atOnce(dueWakes, ({ ids, tries }) => world.as('waker', () => wakeDevices(services, ids, tries, now)));
      await atOnce(dueCalls, session);
      if (sweeps) await world.as('sweep', async () => {
        sweeps = false;
        const { failed } = await sweep(services, now);
        if (failed > 0) fault(`${failed} timers failed`);
        if (failed > 0) sweepAt(now + 1);
      });
      await atOnce(touched, (waveId) => world.as('settle', async () => settlePlaces(services, waveId, await settleWave(services, waveId), now)));
    }
  };

  return {
    at,
    async until(instant) {
      for (;;) {
        const next = heap.next() ?? Number.POSITIVE_INFINITY;
        world.clock.set(Math.max(Math.min(next, instant), world.clock.now()));
        if (next > instant) return;
        await settle();
      }
    },
    launch: (plan) => world.as('launch', () => launchPlan(services, plan.id, world.clock.now())),
  };
}
