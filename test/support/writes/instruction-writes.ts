import type { Stores } from '../../contracts/stores.ts';
import { aBranchId, anEnrolled } from '../samples/device.ts';
import { aChange, aCommand, anInstruction, aWaveId, commandsFor } from '../samples/instruction.ts';
import { laterAndLater, many, MORNING, uniqueName } from '../samples/unique.ts';
import type { Writes } from './write.ts';

async function anIssued(stores: Stores) {
  const instruction = anInstruction();
  await stores.instructions.issue(instruction, commandsFor(instruction));
  return instruction;
}

export const instructionWrites: Writes = {
  'issuing an instruction': {
    prepare: () => {
      const instruction = anInstruction();
      return { call: ({ instructions }) => instructions.issue(instruction, commandsFor(instruction)), answer: 'issued' };
    },
  },
  'recording instructions': {
    prepare: () => {
      const skipped = many(3, () => anInstruction({ state: 'skipped' }));
      return { call: ({ instructions }) => instructions.record(skipped) };
    },
  },
  'changing an instruction': {
    prepare: async (stores) => {
      const instruction = await anIssued(stores);
      return { call: ({ instructions }) => instructions.change(aChange(instruction, { to: 'failed', ends: true })), answer: 'changed' };
    },
  },
  'recording a download': {
    prepare: async (stores) => {
      const instruction = await anIssued(stores);
      return { call: ({ instructions }) => instructions.recordDownload(instruction, { startedAt: MORNING, endedAt: MORNING, bytes: 1, logs: ['log'] }), answer: 'recorded' };
    },
  },
  'noting that a manifest was fetched': {
    prepare: async (stores) => {
      const instruction = await anIssued(stores);
      return { call: ({ instructions }) => instructions.noteManifest(instruction, MORNING) };
    },
  },
  'telling of a branch\'s load': {
    conflicts: false,
    prepare: () => {
      const [branchId, log] = [aBranchId(), uniqueName('log')];
      return { call: ({ loads }) => loads.put(log, [{ branchId, day: MORNING, minutes: [{ at: MORNING, bytes: 1, starts: 1 }] }]) };
    },
  },
  'telling of a device that was here': {
    prepare: async (stores) => {
      const { id } = await anEnrolled(stores);
      return { call: ({ queue }) => queue.commit({ enrolmentId: id, now: MORNING + 1, beginSession: true, changes: [] }), answer: 'done' };
    },
  },
  'settling one command and handing out another': {
    prepare: async (stores) => {
      const { id } = await anEnrolled(stores);
      const [settled, next] = [aCommand({ enrolmentId: id }), aCommand({ enrolmentId: id })];
      await stores.queue.enqueue([settled, next]);
      const instruction = await anIssued(stores);
      return { call: ({ queue }) => queue.commit({ enrolmentId: id, now: MORNING + 1, beginSession: false, settled, next, changes: [aChange(instruction)] }), answer: 'done' };
    },
  },
  'settling a command with what a list says': {
    prepare: async (stores) => {
      const { id, deviceId } = await anEnrolled(stores);
      const settled = aCommand({ enrolmentId: id });
      await stores.queue.enqueue([settled]);
      const instruction = await anIssued(stores);
      const facts = { deviceId, bundleId: instruction.bundleId, managed: { status: 'Managed', reportedAt: MORNING } };
      return { call: ({ queue }) => queue.commit({ enrolmentId: id, now: MORNING + 1, beginSession: false, settled, facts, changes: [aChange(instruction, { to: 'failed', ends: true })] }), answer: 'done' };
    },
  },
  'adding commands': {
    prepare: () => {
      const commands = many(3, () => aCommand());
      return { call: ({ queue }) => queue.enqueue(commands) };
    },
  },
  'sending a command by hand': {
    prepare: () => {
      const command = { ...aCommand(), requestedBy: 'grace' };
      return { call: ({ queue }) => queue.ask(command) };
    },
  },
  'taking a command back': {
    prepare: async (stores) => {
      const command = aCommand();
      await stores.queue.enqueue([command]);
      return { call: ({ queue }) => queue.takeBack([command]), answer: [command] };
    },
  },
  'withdrawing commands': {
    conflicts: false,
    prepare: async (stores) => {
      const command = aCommand();
      await stores.queue.enqueue([command]);
      return { call: ({ queue }) => queue.withdraw(command.enrolmentId, [command.id]) };
    },
  },
  'emptying a queue': {
    conflicts: false,
    prepare: async (stores) => {
      const command = aCommand();
      await stores.queue.enqueue([command]);
      return { call: ({ queue }) => queue.clear(command.enrolmentId), answer: [command] };
    },
  },
  'setting timers': {
    conflicts: false,
    prepare: () => {
      const subject = aWaveId();
      return { call: ({ timers }) => timers.put([{ at: MORNING, kind: 'wave-check', subject, step: 0 }]) };
    },
  },
  'advancing a timer': {
    prepare: async (stores) => {
      const due = { at: MORNING, kind: 'wave-check', subject: aWaveId(), step: 0 } as const;
      await stores.timers.put([due]);
      return { call: ({ timers }) => timers.advance(due, { ...due, step: 1 }) };
    },
  },
  'removing a timer': {
    prepare: async (stores) => {
      const due = { at: MORNING, kind: 'run-start', subject: aWaveId(), step: 0 } as const;
      await stores.timers.put([due]);
      return { call: ({ timers }) => timers.advance(due, undefined) };
    },
  },
  'moving the mark': {
    prepare: () => {
      const until = laterAndLater();
      return { call: ({ timers }) => timers.mark(until) };
    },
  },
};
