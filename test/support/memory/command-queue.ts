import { WavecastError } from '../../../core/errors.ts';
import { recordOf } from '../../../core/instruction/command-record.ts';
import type { QueuedCommand } from '../../../core/instruction/instruction.ts';
import type { ReportedFacts } from '../../../core/inventory/inventory.ts';
import type { CommandQueue, ExchangeCommit } from '../../../core/instruction/store.ts';
import type { EnrolmentId } from '../../../core/ids.ts';
import { settled } from './device-store.ts';
import { applies, applyChange } from './instruction-store.ts';
import { placeIsFree, takePlace } from './places.ts';
import type { MemoryTables } from './tables.ts';

export function memoryCommandQueue(tables: MemoryTables): CommandQueue {
  return {
    async read(enrolmentId, limit, now) {
      await settled();
      return { enrolment: tables.enrolments.get(enrolmentId), queue: inOrder(queueOf(tables, enrolmentId)).filter((command) => command.expiresAt > now || command.handedAt !== undefined).slice(0, limit) };
    },
    async commit(commit) {
      await settled();
      tables.beforeWrite('queue.commit');
      if (isLost(tables, commit)) return 'lost';
      if (!commit.changes.every((change) => applies(tables, change))) return 'stale';
      if (commit.place !== undefined && !placeIsFree(tables, commit.place)) return 'full';
      write(tables, commit);
      return 'done';
    },
    async enqueue(commands) {
      await settled();
      for (const command of commands) {
        tables.beforeWrite('queue.enqueue');
        const queue = queueOf(tables, command.enrolmentId);
        if (!queue.has(queueKey(command))) queue.set(queueKey(command), command);
      }
    },
    async ask(command) {
      await settled();
      tables.beforeWrite('queue.ask');
      if (tables.commandRecords.has(command.id)) throw new WavecastError('conflict', 'A command has this id already.');
      queueOf(tables, command.enrolmentId).set(queueKey(command), command);
      tables.commandRecords.set(command.id, recordOf(command));
    },
    async asked(id) {
      await settled();
      const record = tables.commandRecords.get(id);
      return record === undefined ? undefined : { record, queued: queueOf(tables, record.enrolmentId).get(queueKey(record)) };
    },
    async page(enrolmentId, after, limit) {
      await settled();
      const rest = [...queueOf(tables, enrolmentId)].filter(([key]) => after === undefined || key > after).sort(([a], [b]) => (a < b ? -1 : 1));
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      return { items: page.map(([, command]) => command), ...(rest.length > limit && last !== undefined ? { next: last[0] } : {}) };
    },
    async takeBack(commands) {
      await settled();
      return commands.filter((command) => {
        tables.beforeWrite('queue.takeBack');
        const queue = queueOf(tables, command.enrolmentId);
        const stored = queue.get(queueKey(command));
        const unchanged = stored !== undefined && stored.handedAt === command.handedAt && stored.notNowAt === command.notNowAt;
        return unchanged && queue.delete(queueKey(command));
      });
    },
    async clear(enrolmentId) {
      await settled();
      tables.beforeWrite('queue.clear');
      const cleared = inOrder(queueOf(tables, enrolmentId));
      tables.queues.delete(enrolmentId);
      return cleared;
    },
    async withdraw(enrolmentId, ids) {
      await settled();
      tables.beforeWrite('queue.withdraw');
      const queue = queueOf(tables, enrolmentId);
      for (const [key, command] of queue) if (ids.includes(command.id)) queue.delete(key);
    },
  };
}

/** The queue of an enrolment, by key; made where there is none. */
export function queueOf(tables: MemoryTables, enrolmentId: EnrolmentId): Map<string, QueuedCommand> {
  const known = tables.queues.get(enrolmentId);
  if (known !== undefined) return known;
  const made = new Map<string, QueuedCommand>();
  tables.queues.set(enrolmentId, made);
  return made;
}

export function queueKey(command: Pick<QueuedCommand, 'openedAt' | 'id'>): string {
  return `${new Date(command.openedAt).toISOString()}#${command.id}`;
}

function inOrder(queue: ReadonlyMap<string, QueuedCommand>): readonly QueuedCommand[] {
  return [...queue].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, command]) => command);
}

/** The device is not enrolled, or another connection was quicker: what was reported on is gone, or what would be handed out has been since. */
function isLost(tables: MemoryTables, commit: ExchangeCommit): boolean {
  if (!tables.enrolments.has(commit.enrolmentId)) return true;
  const queue = queueOf(tables, commit.enrolmentId);
  const gone = [commit.settled, commit.deferred].some((command) => command !== undefined && !queue.has(queueKey(command)));
  if (gone) return true;
  if (commit.facts !== undefined && hasNewer(tables, commit.facts)) return true;
  if (commit.next === undefined) return false;
  const stored = queue.get(queueKey(commit.next));
  return stored === undefined || stored.handedAt !== commit.next.handedAt;
}

function hasNewer(tables: MemoryTables, { deviceId, bundleId, managed, installed }: ReportedFacts): boolean {
  const stored = tables.facts.get(`${deviceId}/${bundleId}`);
  const newer = (list: 'managed' | 'installed', reported: { readonly reportedAt: number } | undefined): boolean => reported !== undefined && (stored?.[list]?.reportedAt ?? 0) > reported.reportedAt;
  return newer('managed', managed) || newer('installed', installed);
}

function write(tables: MemoryTables, commit: ExchangeCommit): void {
  const { enrolmentId, now, beginSession, settled: done, record, deferred, next, facts, changes } = commit;
  if (facts !== undefined) tables.facts.set(`${facts.deviceId}/${facts.bundleId}`, { ...tables.facts.get(`${facts.deviceId}/${facts.bundleId}`), ...facts });
  const queue = queueOf(tables, enrolmentId);
  if (done !== undefined) queue.delete(queueKey(done));
  if (record !== undefined) tables.commandRecords.set(record.id, record);
  if (deferred !== undefined) queue.set(queueKey(deferred), deferred);
  if (next !== undefined) queue.set(queueKey(next), { ...next, handedAt: now });
  for (const change of changes) applyChange(tables, change);
  if (commit.place !== undefined) takePlace(tables, commit.place);
  const enrolment = tables.enrolments.get(enrolmentId);
  if (enrolment !== undefined) tables.enrolments.set(enrolmentId, { ...enrolment, lastSeenAt: now, ...(beginSession ? { sessionAt: now } : {}) });
}
