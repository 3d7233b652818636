import { namedEvent } from '../../core/device/timeline.ts';
import { parseDeviceId } from '../../core/ids.ts';
import { checkReachable } from '../../core/instruction/direct.ts';
import { collectNow } from '../../core/inventory/collect-now.ts';
import { audit, type Handler } from './admin-call.ts';
import { noDevice } from './devices.ts';
import { instructionAnswer } from './plan-progress.ts';

export const getInventory: Handler<'getInventory'> = async ({ services, id }) => {
  const device = await services.devices.device(parseDeviceId(id));
  if (device === undefined) throw noDevice(id);
  const facts = await services.inventory.ofDevice(device.id);
  return { items: facts.map(({ deviceId: _, ...app }) => app) };
};

/** Older ones are in the timeline. */
const RECENT = 50;

export const listDeviceInstructions: Handler<'listDeviceInstructions'> = async ({ services, id }) => {
  const device = await services.devices.device(parseDeviceId(id));
  if (device === undefined) throw noDevice(id);
  const found = await services.instructions.instructionsOfDevice(device.id, RECENT);
  return { items: found.map((instruction) => ({ ...instructionAnswer(instruction), bundleId: instruction.bundleId, versionId: instruction.versionId, shortVersion: instruction.shortVersion, version: instruction.version, ...(instruction.planId === undefined ? {} : { planId: instruction.planId }) })) };
};

export const collectInventory: Handler<'collectInventory'> = async (call) => {
  const { services, caller, now } = call;
  const device = await services.devices.device(parseDeviceId(call.id));
  if (device === undefined) throw noDevice(call.id);
  checkReachable(device);
  await audit(call, { action: 'device.collect', subject: device.id, after: { name: device.name } });
  const collecting = await collectNow(services, device, now);
  await services.timeline.record(device.id, namedEvent(services.ids, `${device.id}/${now}/collect`, { kind: 'command-issued', at: now, words: 'The device was asked for its inventory.', by: caller.name }));
  return collecting;
};
