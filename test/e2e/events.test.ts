import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventFlows, told } from '../support/permissions/event-flows.ts';
import { addBranch, addDevice, addPlan, addVersion } from '../support/permissions/seeds.ts';
import { World } from '../support/permissions/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.boot();
});
afterAll(async () => {
  await world.stop();
});

describe('what happens in the cloud', () => {
  it('is told when a person starts and pauses a plan, to whoever listens to the topic', async () => {
    const branchId = await addBranch(world);
    await addDevice(world, branchId);
    const { plan } = await addPlan(world, await addVersion(world, { placement: 'proven' }), branchId, { status: 'draft' });
    await world.admin.call('startPlan', { id: plan.id });
    await told(world, 'plan-started', 'planId', plan.id);
    await world.admin.call('pausePlan', { id: plan.id });
    await told(world, 'plan-paused', 'planId', plan.id);
    const [message] = world.test.cloud.notifications.map((each) => each.message);
    expect(message).toMatchObject({ 'source': 'wavecast', 'detail': { version: 1, id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, at: expect.stringMatching(/Z$/) as string } });
  });

  it.each(eventFlows.map((flow) => [flow.name, flow] as const))('%s', async (_, flow) => {
    await flow.run(world);
  });
});
