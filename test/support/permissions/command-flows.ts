/** Flows of the command endpoint: what one device asks, is told and reports. */
import { createInventoryStore } from '../../../adapters/dynamodb/inventory.ts';
import { HOUR } from '../../../core/ambient.ts';
import { parseCommandId } from '../../../core/ids.ts';
import { commandsOf } from '../../../core/instruction/commands-of.ts';
import type { Command, Instruction, QueuedCommand } from '../../../core/instruction/instruction.ts';
import { waveIdOf } from '../../../core/rollout/wave-id.ts';
import { decodeCommand, type WireCommand } from '../../../protocol/command.ts';
import { decodePlist, type PlistDict } from '../../../protocol/plist.ts';
import { connect } from '../../../simulator/identity.ts';
import { recordOf, refused, type RealDevice } from './device-flows.ts';
import { addPlan, addVersion, instructionFor, type EnrolledDevice } from './seeds.ts';
import type { Flow, World } from './world.ts';

interface Told {
  readonly id: string;
  readonly command: WireCommand;
}

/** One device with an empty queue, in conversation. */
class Conversation {
  readonly #world: World;
  readonly #real: RealDevice;
  readonly device: EnrolledDevice;

  private constructor(world: World, real: RealDevice, device: EnrolledDevice) {
    this.#world = world;
    this.#real = real;
    this.device = device;
  }

  static async begin(world: World, real: RealDevice): Promise<Conversation> {
    await world.test.stores.queue.clear(real.identity.enrolmentId);
    return new Conversation(world, real, await recordOf(world, real));
  }

  /** Reports something; what it is told next, undefined for nothing. */
  async says(report: PlistDict): Promise<Told | undefined> {
    const { identity } = this.#real;
    const answer = await connect(identity, { UDID: identity.enrolmentId, ...report }, this.#world.now());
    return answer === undefined ? undefined : decodeCommand(decodePlist(answer));
  }

  /** Asks for work, and must get some. */
  async asks(): Promise<Told> {
    const told = await this.says({ Status: 'Idle' });
    if (told === undefined) throw new Error('The device was told nothing.');
    return told;
  }

  enqueue(command: Command, facts: Partial<QueuedCommand> = {}): Promise<void> {
    const { ids, test } = this.#world;
    const now = this.#world.now();
    const queued: QueuedCommand = { id: parseCommandId(ids.fresh()), enrolmentId: this.device.enrolmentId, deviceId: this.device.id, openedAt: now, command, expiresAt: now + HOUR, ...facts };
    return test.stores.queue.enqueue([queued]);
  }

  /** Issues an instruction together with its commands. */
  async instruct(facts: Partial<Instruction> = {}): Promise<Instruction> {
    const { test, ids } = this.#world;
    const instruction = instructionFor(this.#world, this.device, await addVersion(this.#world), facts);
    await test.stores.instructions.issue(instruction, commandsOf(instruction, ids));
    return instruction;
  }
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`It was expected that ${what}.`);
}

/** `real` is a device that these flows share. */
export function commandFlows(real: RealDevice): readonly Flow[] {
  const flow = (name: string, talk: (conversation: Conversation, world: World) => Promise<void>): Flow => ({
    name, roles: ['Command'], run: async (world) => talk(await Conversation.begin(world, real), world),
  });
  return [
    { name: 'a stranger to the command endpoint is turned away', roles: ['Command'], run: ({ test: { cloud } }) => refused(`${cloud.apiUrl}/mdm/command`, { method: 'PUT', body: 'x' }) },
    flow('a device tells about itself', async (device, world) => {
      await device.enqueue({ type: 'device-information' });
      const { id } = await device.asks();
      const OSVersion = `18.${world.ids.fresh().slice(0, 4)}`;
      await device.says({ Status: 'Acknowledged', CommandUUID: id, QueryResponses: { UDID: real.identity.enrolmentId, OSVersion } });
      expect((await world.test.stores.devices.device(device.device.id))?.osVersion === OSVersion, 'what it says is kept');
    }),
    flow('a device says NotNow, then what is on it', async (device, world) => {
      const version = await addVersion(world);
      await world.test.stores.instructions.issue(instructionFor(world, device.device, version), []);
      await device.enqueue({ type: 'managed-application-list', bundleIds: [version.bundleId] });
      const { id } = await device.asks();
      await device.says({ Status: 'NotNow', CommandUUID: id });
      const again = await device.asks();
      await device.says({ Status: 'Acknowledged', CommandUUID: again.id, ManagedApplicationList: {} });
    }),
    flow('a device is given the profile by which it renews', async (device) => {
      await device.enqueue({ type: 'install-profile' });
      const { id, command } = await device.asks();
      expect(command.requestType === 'InstallProfile', 'the device gets a profile');
      await device.says({ Status: 'Acknowledged', CommandUUID: id });
    }),
    flow('a device takes its instruction', async (device, world) => {
      const { waveId } = await device.instruct();
      const { id } = await device.asks();
      await device.says({ Status: 'Acknowledged', CommandUUID: id, State: 'Prompting' });
      expect((await world.test.stores.instructions.instruction(waveId, device.device.id))?.state === 'acknowledged', 'it is noted');
    }),
    flow('a device proves that it has the app', async (device, world) => {
      const { waveId, bundleId, shortVersion, version } = await device.instruct({ state: 'acknowledged' });
      await world.test.stores.queue.clear(real.identity.enrolmentId);
      await device.enqueue({ type: 'managed-application-list', bundleIds: [bundleId] }, { aboutWave: waveId });
      await device.enqueue({ type: 'installed-application-list', bundleIds: [bundleId] }, { aboutWave: waveId });
      const lists = { ManagedApplicationList: { [bundleId]: { Status: 'Managed' } }, InstalledApplicationList: [{ Identifier: bundleId, ShortVersion: shortVersion, Version: version }] };
      const { id } = await device.asks();
      const next = await device.says({ Status: 'Acknowledged', CommandUUID: id, ...lists });
      if (next !== undefined) await device.says({ Status: 'Acknowledged', CommandUUID: next.id, ...lists });
      expect((await world.test.stores.instructions.instruction(waveId, device.device.id))?.state === 'installed', 'it is believed');
    }),
    flow('a device says what is older than what is known', async (device, world) => {
      const { bundleId } = await addVersion(world);
      const inventory = createInventoryStore({ client: world.document, table: world.test.name('AWS::DynamoDB::Table', 'TablesInventory') });
      await inventory.report(device.device.id, bundleId, { managed: { status: 'Managed', reportedAt: world.now() + HOUR } });
      await device.enqueue({ type: 'managed-application-list', bundleIds: [bundleId] });
      const { id } = await device.asks();
      await device.says({ Status: 'Acknowledged', CommandUUID: id, ManagedApplicationList: {} });
    }),
    flow('a device calls an install command malformed', async (device, world) => {
      const { plan } = await addPlan(world, await addVersion(world), real.branchId);
      await device.instruct({ planId: plan.id, waveId: waveIdOf({ planId: plan.id, branchId: real.branchId, kind: 'install' }, 1) });
      const { id } = await device.asks();
      await device.says({ Status: 'CommandFormatError', CommandUUID: id });
      expect((await world.test.stores.plans.plan(plan.id))?.status === 'paused', 'the plan pauses');
    }),
    flow('a device comes for an instruction that was withdrawn meanwhile', async (device, world) => {
      const { waveId, deviceId, bundleId } = await device.instruct();
      await world.test.stores.instructions.change({ waveId, deviceId, bundleId, from: ['issued'], to: 'cancelled', at: world.now(), ends: true });
      expect((await device.says({ Status: 'Idle' })) === undefined, 'it is told nothing');
    }),
    flow('a device takes the last place of its branch, and another one waits', async (device, world) => {
      const { stores } = world.test;
      const { plan, branch } = await addPlan(world, await addVersion(world), real.branchId);
      await stores.plans.putBranches(plan, [{ ...branch, openLimit: 1 }]);
      const key = { planId: plan.id, branchId: real.branchId };
      const waveId = waveIdOf({ ...key, kind: 'install' }, 1);
      await device.instruct({ planId: plan.id, waveId, limited: true });
      await device.asks();
      expect((await stores.places.view(key)).held.length === 1, 'the place is taken');
      // As if another had been quicker.
      await world.test.stores.queue.clear(real.identity.enrolmentId);
      await device.instruct({ planId: plan.id, waveId: waveIdOf({ ...key, kind: 'install' }, 2), limited: true });
      expect((await device.says({ Status: 'Idle' })) === undefined && (await stores.places.waiting(key, undefined, 9)).length === 1, 'it waits');
    }),
    flow('a device breaks off and comes again at once', async (device) => {
      await device.enqueue({ type: 'device-information' });
      await device.asks();
      expect((await device.says({ Status: 'Idle' })) === undefined, 'it is to come back later');
    }),
  ];
}
