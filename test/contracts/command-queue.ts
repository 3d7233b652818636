import { beforeAll, describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../core/ambient.ts';
import { parseBundleId, parseVersionId, type EnrolmentId } from '../../core/ids.ts';
import type { QueuedCommand } from '../../core/instruction/instruction.ts';
import { anEnrolled } from '../support/samples/device.ts';
import { recordOf, type AskedCommand } from '../../core/instruction/command-record.ts';
import { refusalOf } from '../support/outcomes.ts';
import { aCommand, aWaveId } from '../support/samples/instruction.ts';
import { many, MORNING, uniqueEnrolmentId } from '../support/samples/unique.ts';
import type { OpenStores, Stores } from './stores.ts';

export function commandQueueContract(open: OpenStores): void {
  describe('a command queue', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    const head = async (enrolmentId: EnrolmentId, limit = 100, now = MORNING) => (await stores.queue.read(enrolmentId, limit, now)).queue;
    /** Commands opened a second apart, first to last. */
    const inOrder = (enrolmentId: EnrolmentId, length: number, facts: Partial<QueuedCommand> = {}) => many(length, (n) => aCommand({ enrolmentId, openedAt: MORNING + n * 1000, ...facts }));

    it('is read with its enrolment, the first commands in order', async () => {
      const enrolment = await anEnrolled(stores);
      const commands = inOrder(enrolment.id, 30);
      await stores.queue.enqueue(commands.toReversed());
      const read = await stores.queue.read(enrolment.id, 20, MORNING);
      expect(read.enrolment).toEqual(enrolment);
      expect(read.queue).toEqual(commands.slice(0, 20));
      expect(await head(enrolment.id)).toEqual(commands);
    });

    it('of nobody is empty; one that was filled before its enrolment is read all the same', async () => {
      expect(await stores.queue.read(uniqueEnrolmentId(), 20, MORNING)).toEqual({ enrolment: undefined, queue: [] });
      const early = uniqueEnrolmentId();
      const commands = inOrder(early, 3);
      await stores.queue.enqueue(commands);
      expect(await stores.queue.read(early, 2, MORNING)).toEqual({ enrolment: undefined, queue: commands.slice(0, 2) });
    });

    it('gives commands of every kind back as they were put, those of one instant in the order of their ids', async () => {
      const enrolmentId = uniqueEnrolmentId();
      const bundleId = parseBundleId('com.example.field');
      const commands = ([
        { type: 'install-application', bundleId, versionId: parseVersionId('ab'.repeat(16)) }, { type: 'managed-application-list', bundleIds: [bundleId] },
        { type: 'installed-application-list', bundleIds: [bundleId] }, { type: 'remove-application', bundleId }, { type: 'device-information' }, { type: 'organisation-info', name: 'Example "Ltd"' },
        { type: 'other', requestType: 'Settings', keys: { constructor: 'x', list: [1, true, { $data: 'YQ==' }], when: { $date: '2026-11-25T10:00:00Z' }, real: 0.5, empty: {} } },
      ] as const).map((command) => aCommand({ enrolmentId, command, waveId: aWaveId(), requestedBy: 'grace', handedAt: MORNING, notNowAt: MORNING + 1, tries: 2 }));
      await stores.queue.enqueue(commands);
      expect(await head(enrolmentId)).toEqual(commands.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
    });

    it('passes over what ran out without being handed out, however much that is, and no sooner than it ran out', async () => {
      const enrolmentId = uniqueEnrolmentId();
      const runOut = inOrder(enrolmentId, 60, { expiresAt: MORNING + MINUTE });
      const handed = aCommand({ enrolmentId, openedAt: MORNING + 500, expiresAt: MORNING + MINUTE, handedAt: MORNING + 1 });
      const waiting = inOrder(enrolmentId, 3, { openedAt: MORNING + DAY / 2 }).toSorted((a, b) => (a.id < b.id ? -1 : 1));
      await stores.queue.enqueue([...runOut, handed, ...waiting]);
      expect(await head(enrolmentId, 20, MORNING + MINUTE - 1)).toHaveLength(20);
      // A late report on what was handed out is evidence too.
      expect(await head(enrolmentId, 20, MORNING + MINUTE)).toEqual([handed, ...waiting]);
      expect(await head(enrolmentId, 2, MORNING + MINUTE)).toEqual([handed, ...waiting.slice(0, 1)]);
    });

    it('is added to without a command twice, and what is in it stays as it is', async () => {
      const enrolmentId = uniqueEnrolmentId();
      const [handed, fresh] = [aCommand({ enrolmentId, handedAt: MORNING }), aCommand({ enrolmentId, openedAt: MORNING + 1 })];
      await stores.queue.enqueue([handed]);
      const { handedAt: _, ...again } = handed;
      await stores.queue.enqueue([again, fresh, fresh]);
      expect(await head(enrolmentId)).toEqual([handed, fresh]);
      await stores.queue.enqueue([]);
    });

    const anAsked = (facts: Partial<QueuedCommand> = {}): AskedCommand => ({ ...aCommand({ command: { type: 'other', requestType: 'ProfileList', keys: {} }, ...facts }), requestedBy: 'grace' });

    it('takes a command that a person sent, and remembers it when the queue has forgotten it', async () => {
      const command = anAsked();
      expect(await stores.queue.asked(command.id)).toBeUndefined();
      await stores.queue.ask(command);
      expect(await head(command.enrolmentId)).toEqual([command]);
      const record = recordOf(command);
      expect(await stores.queue.asked(command.id)).toEqual({ record, queued: command });
      await stores.queue.clear(command.enrolmentId);
      expect(await stores.queue.asked(command.id)).toEqual({ record, queued: undefined });
      expect(await refusalOf(stores.queue.ask(command))).toBe('conflict');
      expect(await head(command.enrolmentId)).toEqual([]);
    });

    it('is read page by page, in order, run out or not', async () => {
      const enrolmentId = uniqueEnrolmentId();
      const commands = inOrder(enrolmentId, 7, { expiresAt: MORNING - 1 });
      await stores.queue.enqueue(commands);
      const first = await stores.queue.page(enrolmentId, undefined, 3);
      const second = await stores.queue.page(enrolmentId, first.next, 3);
      const third = await stores.queue.page(enrolmentId, second.next, 3);
      expect([...first.items, ...second.items, ...third.items]).toEqual(commands);
      expect([first.items.length, third.next]).toEqual([3, undefined]);
      expect(await stores.queue.page(enrolmentId, undefined, 7)).toEqual({ items: commands });
      expect(await stores.queue.page(uniqueEnrolmentId(), undefined, 3)).toEqual({ items: [] });
    });

    it('gives back what has not moved since it was read, and keeps the rest', async () => {
      const enrolment = await anEnrolled(stores);
      const [first, second, gone] = many(3, (n) => aCommand({ enrolmentId: enrolment.id, openedAt: MORNING + n }));
      const deferred = aCommand({ enrolmentId: enrolment.id, openedAt: MORNING + 9, handedAt: MORNING, notNowAt: MORNING + 1 });
      if (first === undefined || second === undefined || gone === undefined) throw new Error('There are three.');
      await stores.queue.enqueue([first, second, gone, deferred]);
      await stores.queue.withdraw(enrolment.id, [gone.id]);
      await stores.queue.commit({ enrolmentId: enrolment.id, now: MORNING + 5, beginSession: true, changes: [], next: first });
      expect(await stores.queue.takeBack([first, second, gone, deferred])).toEqual([second, deferred]);
      expect(await head(enrolment.id)).toEqual([{ ...first, handedAt: MORNING + 5 }]);
    });

    it('is emptied whole and tells what was in it; its enrolment and the queues of others stay', async () => {
      const enrolment = await anEnrolled(stores);
      const [commands, other] = [inOrder(enrolment.id, 60), aCommand()];
      await stores.queue.enqueue([...commands, other]);
      expect((await stores.queue.clear(enrolment.id)).toSorted(byId)).toEqual(commands.toSorted(byId));
      expect(await stores.queue.read(enrolment.id, 20, MORNING)).toEqual({ enrolment, queue: [] });
      expect(await head(other.enrolmentId)).toEqual([other]);
      expect(await stores.queue.clear(enrolment.id)).toEqual([]);
    });

    it('has withdrawn from it what is named and nothing else', async () => {
      const enrolmentId = uniqueEnrolmentId();
      const commands = inOrder(enrolmentId, 60);
      await stores.queue.enqueue(commands);
      const twin = aCommand({ id: commands[0]?.id ?? aCommand().id });
      await stores.queue.enqueue([twin]);
      await stores.queue.withdraw(enrolmentId, [...commands.slice(0, 55).map(({ id }) => id), aCommand().id]);
      expect(await head(enrolmentId)).toEqual(commands.slice(55));
      expect(await head(twin.enrolmentId)).toEqual([twin]);
    });
  });
}

function byId(a: QueuedCommand, b: QueuedCommand): number {
  return a.id < b.id ? -1 : 1;
}
