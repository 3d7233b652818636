import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECOND } from '../../core/ambient.ts';
import { grantsFor, grantsOf, grantText, type Grant } from '../../local/iam/grants.ts';
import { matchesResource } from '../../local/iam/wildcard.ts';
import { accessFlows } from '../support/permissions/access-flows.ts';
import { adminFlows } from '../support/permissions/admin-flows.ts';
import { commandFlows } from '../support/permissions/command-flows.ts';
import { deviceFlows, enrolReal } from '../support/permissions/device-flows.ts';
import { eventFlows } from '../support/permissions/event-flows.ts';
import { jobFlows } from '../support/permissions/job-flows.ts';
import { lifeFlows } from '../support/permissions/life-flows.ts';
import { packageFlows, putSample } from '../support/permissions/package-flows.ts';
import { placeFlows } from '../support/permissions/place-flows.ts';
import { queueFlows } from '../support/permissions/queue-flows.ts';
import { rolloutFlows } from '../support/permissions/rollout-flows.ts';
import { World, type Flow } from '../support/permissions/world.ts';
import { shortRole, synthesisedRoles, titleOf } from '../support/synthesised-roles.ts';

/**
 * Every grant of every role is needed: an action on a resource is withdrawn, the thinnest flow that uses it is refused by
 * name and does not come through; with everything given back all flows do. One boot, on the bundles that go to AWS.
 */
const grants = synthesisedRoles().flatMap(grantsOf);
/** What AWS does by itself in a function's name is refused to AWS, not to a call of the function. */
const doneByAws = /^(logs:|sqs:(ReceiveMessage|DeleteMessage)$|dynamodb:GetRecords$)/;

/** The flow that proves a grant: the first that speaks for its role and uses it every time, else one that uses it from a cold start. */
const proofs = new Map<string, Flow>();
const coldProofs = new Map<string, Flow>();
/** Roles whose function wrote to its log in a flow, by the flow's name. */
const speakers = new Map<string, readonly string[]>();
let world: World;
let flows: readonly Flow[];

/** Rejects where the flow does not come through whole, lines in logs included. */
async function through(flow: Flow): Promise<void> {
  const before = new Map(flow.roles.map((role) => [role, world.spoken(role)]));
  await flow.run(world);
  await world.quiet();
  for (const role of speakers.get(flow.name) ?? []) await world.until(`a line in the log of ${role}`, () => world.spoken(role) > (before.get(role) ?? 0));
}

/** A function's line reaches its log a moment after its answer has been given, milliseconds. */
const LINE_ON_ITS_WAY = 150;

/** The grants that a run of the flow uses. */
async function usedBy(flow: Flow): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  const end = world.test.cloud.authority.observe(({ principal, need, allowed }) => {
    if (allowed && flow.roles.includes(shortRole(principal.name))) for (const grant of grantsFor(principal, need)) used.add(grantText(grant));
  });
  world.forget();
  await through(flow);
  await pause(LINE_ON_ITS_WAY);
  end();
  return used;
}

/** Runs the flow twice, the second time with functions that have handled it before, to see what it uses every time and whose log it leads to. */
async function learn(flow: Flow): Promise<void> {
  await usedBy(flow);
  const before = new Map(flow.roles.map((role) => [role, world.spoken(role)]));
  for (const grant of await usedBy(flow)) if (!proofs.has(grant)) proofs.set(grant, flow);
  speakers.set(flow.name, flow.roles.filter((role) => world.spoken(role) > (before.get(role) ?? 0)));
}

/** Runs those flows from a cold start, one after the other, that may be the first to use what no flow uses every time. */
async function learnCold(): Promise<void> {
  const unproven = grants.filter((grant) => !proofs.has(grantText(grant)));
  for (const flow of flows) {
    if (!unproven.some((grant) => flow.roles.includes(shortRole(grant.principal)) && !coldProofs.has(grantText(grant)))) continue;
    for (const role of flow.roles) await world.recycle(role);
    for (const grant of await usedBy(flow)) if (!coldProofs.has(grant)) coldProofs.set(grant, flow);
  }
}

beforeAll(async () => {
  world = await World.boot();
  const all = [...deviceFlows(await enrolReal(world)), ...commandFlows(await enrolReal(world)), ...packageFlows(await putSample(world)), ...rolloutFlows, ...placeFlows, ...queueFlows, ...accessFlows, ...adminFlows, ...jobFlows, ...lifeFlows, ...eventFlows];
  // Flows in which something is made to fail prove only what no other does.
  flows = [...all.filter(({ byAws }) => byAws !== true), ...all.filter(({ byAws }) => byAws === true)];
  for (const flow of flows) await learn(flow);
  await learnCold();
});

afterAll(async () => {
  await world.stop();
});

describe('a role without', () => {
  it.each(grants.map((grant): [string, Grant] => [titleOf(grant), grant]))('%s is refused it, and what needs it does not come through', async (_, grant) => {
    const flow = proofs.get(grantText(grant)) ?? coldProofs.get(grantText(grant));
    if (flow === undefined) throw new Error('No flow in test/support/permissions needs this grant. Add one that does, or take the grant away from the role.');
    // What a function has read of a secret it remembers.
    if (grant.action.startsWith('secretsmanager:')) await world.recycle(shortRole(grant.principal));
    world.forget();
    const faultsBefore = world.test.faults.length;
    const giveBack = world.test.cloud.authority.withdraw(grant);
    const outcome = await through(flow).then(() => 'came through', () => 'failed');
    giveBack();
    const refusals = world.refusals().filter(({ principal, action, resource }) => principal === grant.principal && action === grant.action && matchesResource(grant.resource, resource));
    const errors = world.test.faults.slice(faultsBefore).filter((line) => line.startsWith(grant.principal) && line.includes('AccessDenied') && refusals.some(({ action, resource }) => line.includes(action) && line.includes(resource)));
    // What was refused and is tried again by itself is done with before the next test.
    await world.pass(2 * SECOND);

    expect([flow.name, outcome]).toEqual([flow.name, 'failed']);
    expect(refusals).not.toEqual([]);
    if (flow.byAws !== true && !doneByAws.test(grant.action)) expect(errors).not.toEqual([]);
  });
});

describe('with everything given back', () => {
  it('all flows come through', async () => {
    for (const flow of flows) {
      world.forget();
      await through(flow);
    }
  });
});
