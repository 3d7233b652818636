/** Flows of what administrators do to one device or one app by hand. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { parseCommandId } from '../../../core/ids.ts';
import { commandsOf } from '../../../core/instruction/commands-of.ts';
import { recordOf, type AskedCommand } from '../../../core/instruction/command-record.ts';
import { addBranch, addDevice, addVersion, instructionFor } from './seeds.ts';
import type { Flow, World } from './world.ts';

/** What the device would have said, and that it is kept. */
async function answered({ test, ids }: World, commandUUID: string, at: number): Promise<void> {
  const found = await test.stores.queue.asked(parseCommandId(commandUUID));
  const requestedBy = found?.record.requestedBy;
  if (found?.queued === undefined || requestedBy === undefined) throw new Error('The command is not in the queue.');
  const command: AskedCommand = { ...found.queued, requestedBy };
  const report = `reports/${command.enrolmentId}/2026-11-25/${ids.fresh()}`;
  await test.stores.s3.send(new PutObjectCommand({ Bucket: test.name('AWS::S3::Bucket', 'BucketsReports'), Key: report, Body: '<plist/>' }));
  const record = recordOf(command, { at, status: 'acknowledged', errorCodes: [], report });
  await test.stores.queue.commit({ enrolmentId: command.enrolmentId, now: at, beginSession: false, changes: [], settled: command, record });
}

function flow(name: string, run: (world: World) => Promise<void>): Flow {
  return { name: `administrators: ${name}`, roles: ['Admin'], run };
}

export const byHandFlows: readonly Flow[] = [
  flow('a command by hand, and its answer', async (world) => {
    const { id } = await addDevice(world, await addBranch(world));
    const { commandUUID } = await world.admin.call('sendCommand', { id, body: { requestType: 'ProfileList' } });
    await world.admin.call('listCommands', { id });
    await answered(world, commandUUID, world.now());
    const { answerLink = '' } = await world.admin.call('getCommand', { id: commandUUID });
    const response = await fetch(answerLink);
    if (!response.ok) throw new Error(`The answer's link was answered with ${response.status}.`);
  }),
  flow('a queue is cleared', async (world) => {
    const device = await addDevice(world, await addBranch(world));
    const instruction = instructionFor(world, device, await addVersion(world));
    await world.test.stores.instructions.issue(instruction, commandsOf(instruction, world.ids));
    await world.admin.call('sendCommand', { id: device.id, body: { requestType: 'ProfileList' } });
    const { withdrawn, cancelled } = await world.admin.call('clearCommands', { id: device.id });
    if (withdrawn !== 2 || cancelled !== 1) throw new Error('The queue was not cleared.');
  }),
  flow('the settings of an app', async (world) => {
    const { bundleId } = await addVersion(world);
    await world.admin.call('putAppSettings', { id: bundleId, body: { attributes: { Removable: false } } });
    await world.admin.call('getAppSettings', { id: bundleId });
  }),
];
