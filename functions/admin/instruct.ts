import { parseDeviceId, parseVersionId } from '../../core/ids.ts';
import { issueDirect } from '../../core/instruction/direct.ts';
import { reason } from '../../core/instruction/reasons.ts';
import { prepareInstruct } from '../../core/rollout/instruct-now.ts';
import { checkProven } from '../../core/rollout/new-plan.ts';
import { singleWaveId } from '../../core/rollout/wave-id.ts';
import { audit, type Handler } from './admin-call.ts';

export const instructDevices: Handler<'instructDevices'> = async (call) => {
  const { services, id, now, body: { deviceIds, unproven, ...terms } } = call;
  const version = await services.catalogue.version(parseVersionId(id));
  const { request, leftOut } = await prepareInstruct(services, version, { ...terms, deviceIds: deviceIds.map(parseDeviceId) }, now);
  const overridden = version !== undefined && checkProven(version, unproven);
  const waveId = singleWaveId(services.ids);
  await audit(call, {
    action: 'version.instruct', subject: id,
    after: { waveId, devices: request.devices.map(({ name }) => name), deadlineHours: request.deadlineHours, force: terms.force, ...(overridden ? { unproven } : {}) },
  });
  const { issued, held } = await issueDirect(services, { ...request, waveId }, now);
  return { waveId, instructed: issued.map(({ deviceName }) => deviceName), leftOut: [...leftOut, ...held.map(({ deviceName }) => ({ name: deviceName, ...reason('other-instruction-live') }))] };
};
