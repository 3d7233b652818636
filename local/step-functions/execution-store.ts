/**
 * Executions on disk. One record per execution holds its position and its latest events together, so that both move in
 * one write; full hundreds of events move into chunks of their own, which keeps every write small.
 */
import { createHash } from 'node:crypto';
import { DAY, type Instant } from '../../core/ambient.ts';
import type { StateStore } from '../state-store.ts';
import type { Execution } from './execution.ts';
import type { HistoryEvent } from './history.ts';

const CHUNK = 100;
/** How long the name of a closed execution stays taken, and its record to be read. */
export const nameRetention = 90 * DAY;

interface StoredExecution {
  readonly execution: Execution;
  /** Events behind the last full chunk. */
  readonly tail: readonly HistoryEvent[];
}

/** An execution in memory with the events not yet moved into a chunk. */
interface Kept {
  readonly execution: Execution;
  tail: HistoryEvent[];
}

export class ExecutionStore {
  readonly #store: StateStore;
  readonly #kept = new Map<string, Kept>();

  /** Reads what the store holds; closed executions past their retention are forgotten. */
  constructor(store: StateStore, now: Instant) {
    this.#store = store;
    const kept = this.#days().filter((day) => this.#loadDay(day, now) > 0);
    store.save('step-functions/days', kept);
  }

  get(arn: string): Execution | undefined {
    return this.#kept.get(arn)?.execution;
  }

  /** All executions, latest start first. */
  all(): readonly Execution[] {
    return [...this.#kept.values()].map((kept) => kept.execution).sort((a, b) => b.startedAt - a.startedAt);
  }

  /** Takes a new execution in, durably, with its first event. One with the same ARN is replaced. */
  create(execution: Execution, first: HistoryEvent): void {
    // The index first: an entry without a record is passed over, a record without an entry would be lost.
    const day = new Date(execution.startedAt).toISOString().slice(0, 10);
    const days = this.#days();
    if (!days.includes(day)) this.#store.save('step-functions/days', [...days, day]);
    const ids = this.#idsOf(day);
    const id = idOf(execution.arn);
    if (!ids.includes(id)) this.#store.save(`step-functions/day-${day}`, [...ids, id]);
    this.#kept.set(execution.arn, { execution, tail: [] });
    this.save(execution, [first]);
  }

  /** Makes the execution's position and these further events durable, at once. */
  save(execution: Execution, events: readonly HistoryEvent[]): void {
    const kept = this.#kept.get(execution.arn);
    if (kept === undefined) throw new Error(`The execution ${execution.arn} was never created.`);
    const id = idOf(execution.arn);
    kept.tail.push(...events);
    while (kept.tail.length >= CHUNK) {
      const chunk = kept.tail.slice(0, CHUNK);
      this.#store.save(chunkName(id, chunkOf(chunk[0]?.id ?? 1)), chunk);
      kept.tail = kept.tail.slice(CHUNK);
    }
    const record: StoredExecution = { execution, tail: kept.tail };
    this.#store.save(`step-functions/execution-${id}`, record);
  }

  /** The whole saved history, oldest first. */
  history(execution: Execution): readonly HistoryEvent[] {
    const tail = this.#kept.get(execution.arn)?.tail ?? [];
    const id = idOf(execution.arn);
    const chunks = Array.from({ length: chunkOf(tail[0]?.id ?? execution.events + 1) }, (_, index) => this.#store.load<HistoryEvent[]>(chunkName(id, index)) ?? []);
    return [...chunks.flat(), ...tail];
  }

  /** Keeps a definition for the executions that began under it; returns its digest. */
  keepDefinition(source: string): string {
    const digest = createHash('sha256').update(source).digest('hex').slice(0, 32);
    if (this.definition(digest) === undefined) this.#store.save(`step-functions/definition-${digest}`, source);
    return digest;
  }

  definition(digest: string): string | undefined {
    return this.#store.load<string>(`step-functions/definition-${digest}`);
  }

  #days(): string[] {
    return this.#store.load<string[]>('step-functions/days') ?? [];
  }

  #idsOf(day: string): string[] {
    return this.#store.load<string[]>(`step-functions/day-${day}`) ?? [];
  }

  #loadDay(day: string, now: Instant): number {
    const ids = this.#idsOf(day);
    const current = ids.filter((id) => this.#loadOne(id, now));
    if (current.length < ids.length) this.#store.save(`step-functions/day-${day}`, current);
    return current.length;
  }

  #loadOne(id: string, now: Instant): boolean {
    const record = this.#store.load<StoredExecution>(`step-functions/execution-${id}`);
    if (record === undefined || isForgotten(record.execution, now)) return false;
    this.#kept.set(record.execution.arn, { execution: record.execution, tail: [...record.tail] });
    return true;
  }
}

/** Whether the execution closed so long ago that its name is free again. */
export function isForgotten(execution: Execution, now: Instant): boolean {
  return execution.stoppedAt !== undefined && now - execution.stoppedAt > nameRetention;
}

function idOf(arn: string): string {
  return createHash('sha256').update(arn).digest('hex').slice(0, 32);
}

/** Which chunk holds an event: events 1 to 100 are in chunk 0. */
function chunkOf(eventId: number): number {
  return Math.floor((eventId - 1) / CHUNK);
}

function chunkName(id: string, chunk: number): string {
  return `step-functions/history-${id}-${chunk}`;
}
