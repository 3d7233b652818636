/**
 * EventBridge Scheduler on the local clock. A schedule fires at or after its instant, never before; a one-time schedule
 * whose instant is past fires at once. What is due is durable before it is called and until it has succeeded, so that a
 * call is made at least once. Recurring schedules are not caught up: after a pause they go on with their next instant,
 * and while a call of theirs is running they are not fired again, so that a fast clock never piles calls up.
 *
 * A call that fails, an ExecutionAlreadyExists included, is tried again with a growing pause until the retry policy is
 * used up (185 attempts and 24 hours where it says nothing), then goes to the dead-letter queue if there is one.
 * A recurring schedule without retries is not written per firing: a restart loses at most the call that was running.
 */
import { randomUUID } from 'node:crypto';
import { MINUTE, SECOND, type Logger } from '../../core/ambient.ts';
import { AwsError, type RestService } from '../aws/service.ts';
import type { LocalClock, Timer } from '../clock.ts';
import type { StateStore } from '../state-store.ts';
import { nextInstant } from './expression.ts';
import { schedulerService } from './routes.ts';
import { expressionOf, instantOf, keyOf, parseSchedule, type Delivery, type Schedule, type ScheduleBody } from './schedule.ts';
import { ScheduleStore } from './schedule-store.ts';
import { callTarget, checkTarget, sendToDeadLetters, type ScheduleTargets } from './targets.ts';

export interface SchedulerOptions {
  readonly clock: LocalClock;
  readonly store: StateStore;
  readonly log: Logger;
  readonly account: string;
  readonly region: string;
  /** Names of the groups besides `default`. */
  readonly groups: readonly string[];
  /** AWS::Scheduler::Schedule resources, resolved; `name` is used where the properties have none. */
  readonly schedules: readonly { readonly name: string; readonly properties: Readonly<Record<string, unknown>> }[];
  readonly targets: ScheduleTargets;
}

export interface Scheduler {
  /** For the AWS port: `scheduler`. */
  readonly service: RestService;
  /** Begins to fire; call it once the targets can be called. */
  start(): void;
  stop(): void;
}

/** Throws AwsError ValidationException when a schedule of the template is not supported. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const engine = new SchedulerEngine(options);
  return { service: schedulerService(engine, options), start: () => { engine.start(); }, stop: () => { engine.stop(); } };
}

const LONGEST_PAUSE = 15 * MINUTE;

export class SchedulerEngine {
  readonly #options: SchedulerOptions;
  readonly #store: ScheduleStore;
  readonly #timers = new Map<string, Set<Timer>>();
  /** Keys of schedules with a call in flight. */
  readonly #calling = new Set<string>();
  #started = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#store = new ScheduleStore(options.store);
    for (const { name, properties } of options.schedules) this.#takeFromTemplate({ Name: name, ...properties });
  }

  start(): void {
    this.#started = true;
    for (const schedule of this.#store.all()) this.#arm(schedule);
  }

  stop(): void {
    this.#started = false;
    for (const key of [...this.#timers.keys()]) this.#disarm(key);
  }

  get(group: string, name: string): Schedule {
    const found = this.#store.get(keyOf(group, name));
    if (found === undefined) throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
    return found;
  }

  all(): readonly Schedule[] {
    return this.#store.all();
  }

  create(body: ScheduleBody): Schedule {
    const group = this.#groupOf(body);
    if (this.#store.get(keyOf(group, body.Name)) !== undefined) throw new AwsError('ConflictException', `Schedule ${body.Name} already exists.`, 409);
    return this.#put(group, body, this.#options.clock.now());
  }

  /** Replaces the schedule as a whole, as UpdateSchedule does; what was due and not yet delivered is dropped. */
  update(body: ScheduleBody): Schedule {
    const group = this.#groupOf(body);
    return this.#put(group, body, this.get(group, body.Name).createdAt);
  }

  remove(group: string, name: string): void {
    this.get(group, name);
    this.#disarm(keyOf(group, name));
    this.#store.remove(keyOf(group, name));
  }

  arnOf(group: string, name: string): string {
    return `arn:aws:scheduler:${this.#options.region}:${this.#options.account}:schedule/${group}/${name}`;
  }

  #groupOf(body: ScheduleBody): string {
    const group = body.GroupName ?? 'default';
    if (group !== 'default' && !this.#options.groups.includes(group)) throw new AwsError('ResourceNotFoundException', `Schedule group ${group} does not exist.`, 404);
    return group;
  }

  /** A schedule that the template has not changed keeps its beginning. */
  #takeFromTemplate(properties: Readonly<Record<string, unknown>>): void {
    const body = parseSchedule(properties);
    const known = this.#store.get(keyOf(this.#groupOf(body), body.Name));
    if (JSON.stringify(known?.body) === JSON.stringify(body)) return;
    this.#put(this.#groupOf(body), body, known?.createdAt ?? this.#options.clock.now());
  }

  #put(group: string, body: ScheduleBody, createdAt: number): Schedule {
    checkTarget(body.Target.Arn);
    const schedule: Schedule = { group, body, createdAt, modifiedAt: this.#options.clock.now(), completed: false, deliveries: [] };
    this.#store.put(schedule);
    this.#arm(schedule);
    return schedule;
  }

  #arm(schedule: Schedule): void {
    const key = keyOf(schedule.group, schedule.body.Name);
    this.#disarm(key);
    if (!this.#started) return;
    for (const delivery of schedule.deliveries) this.#at(key, delivery.nextAt, () => this.#deliver(key, delivery));
    this.#armNext(key, schedule);
  }

  #armNext(key: string, schedule: Schedule): void {
    const { body } = schedule;
    if (schedule.completed || body.State === 'DISABLED') return;
    const expression = expressionOf(body);
    const begin = instantOf(body.StartDate) ?? -Infinity;
    // Whole minutes, as the service itself works: a rate does not depend on the second of its creation.
    const anchor = Math.floor(schedule.createdAt / MINUTE) * MINUTE;
    const due = nextInstant(expression, anchor, Math.max(this.#options.clock.now(), begin - 1));
    if (due === undefined || due > (instantOf(body.EndDate) ?? Infinity)) return;
    this.#at(key, due, () => this.#fire(key, due));
  }

  #at(key: string, instant: number, act: () => Promise<void>): void {
    const { clock, log } = this.#options;
    const timers = this.#timers.get(key) ?? new Set();
    this.#timers.set(key, timers);
    const timer = clock.at(instant, () => {
      timers.delete(timer);
      const release = clock.hold(`schedule ${key}`);
      act().catch((error: unknown) => { log.error('a schedule failed in the local cloud itself', { schedule: key, message: error instanceof Error ? error.message : String(error) }); }).finally(release);
    });
    timers.add(timer);
  }

  #disarm(key: string): void {
    for (const timer of this.#timers.get(key) ?? []) timer.cancel();
    this.#timers.delete(key);
  }

  async #fire(key: string, scheduledAt: number): Promise<void> {
    const schedule = this.#store.get(key);
    if (schedule === undefined) return;
    const oneTime = expressionOf(schedule.body).kind === 'at';
    const delivery: Delivery = { id: randomUUID(), scheduledAt, failures: 0, nextAt: scheduledAt };
    const waiting = { ...schedule, completed: oneTime, deliveries: [...schedule.deliveries, delivery] };
    const skipped = !oneTime && this.#calling.has(key);
    if (!skipped && (oneTime || retriesOf(schedule.body) > 0)) this.#store.put(waiting);
    this.#armNext(key, waiting);
    if (!skipped) await this.#deliver(key, delivery);
  }

  async #deliver(key: string, delivery: Delivery): Promise<void> {
    const schedule = this.#store.get(key);
    if (schedule === undefined) return;
    const arn = this.arnOf(schedule.group, schedule.body.Name);
    this.#calling.add(key);
    try {
      await callTarget(schedule.body, arn, delivery, this.#options.targets);
      this.#settle(key, delivery);
    } catch (error) {
      await this.#failed(key, schedule.body, { ...delivery, failures: delivery.failures + 1 }, error);
    } finally {
      this.#calling.delete(key);
    }
  }

  async #failed(key: string, body: ScheduleBody, delivery: Delivery, error: unknown): Promise<void> {
    const { clock, log, targets } = this.#options;
    const nextAt = clock.now() + Math.min(2 * SECOND * 2 ** (delivery.failures - 1), LONGEST_PAUSE);
    const lastAt = delivery.scheduledAt + (body.Target.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400) * SECOND;
    const code = error instanceof AwsError ? error.code : 'InternalError';
    if (delivery.failures <= retriesOf(body) && nextAt <= lastAt) {
      const current = this.#store.get(key);
      if (current === undefined) return;
      log.warn('a schedule could not call its target and tries again', { schedule: key, code, attempt: delivery.failures });
      const again = { ...delivery, nextAt };
      this.#store.put({ ...current, deliveries: [...current.deliveries.filter((each) => each.id !== delivery.id), again] });
      if (this.#started) this.#at(key, nextAt, () => this.#deliver(key, again));
      return;
    }
    log.error('a schedule could not call its target', { schedule: key, code, attempt: delivery.failures });
    const queueArn = body.Target.DeadLetterConfig?.Arn;
    const [group = '', name = ''] = key.split('/');
    if (queueArn !== undefined) await sendToDeadLetters(queueArn, body, this.arnOf(group, name), delivery, error, targets);
    this.#settle(key, delivery);
  }

  /** Forgets a delivery that is over; a one-time schedule that deletes itself goes with its last one. */
  #settle(key: string, delivery: Delivery): void {
    const schedule = this.#store.get(key);
    if (schedule === undefined) return;
    const deliveries = schedule.deliveries.filter((each) => each.id !== delivery.id);
    if (schedule.completed && deliveries.length === 0 && schedule.body.ActionAfterCompletion === 'DELETE') this.#store.remove(key);
    else if (deliveries.length < schedule.deliveries.length) this.#store.put({ ...schedule, deliveries });
  }
}

function retriesOf(body: ScheduleBody): number {
  return body.Target.RetryPolicy?.MaximumRetryAttempts ?? 185;
}
