/**
 * A small rollout, step by step, on the real functions: one branch, one plan, a wave of 50. Each step is done alone and
 * waited for, so that what DynamoDB got meanwhile is its cost; the functions that serve an operation are told apart by
 * their roles.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { MINUTE } from '../../core/ambient.ts';
import type { LocalCloud } from '../../local/boot.ts';
import type { LocalClock } from '../../local/clock.ts';
import { placeApp } from '../../local/demo/set-up.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { openCourier } from '../../simulator/courier.ts';
import type { Stage } from '../stage.ts';
import { callsDuring } from './cost.ts';
import { fetchPackage } from './fetch-package.ts';
import { enrolByHand, goodAnswer, type HandDrivenDevice, type Received } from './hand-driven-device.ts';
import { Ledger, type OperationCost } from './ledger.ts';

/** A Monday, ten minutes before the window opens. */
export const startAt = Date.parse('2026-11-23T10:50:00Z');
const opensAt = startAt + 10 * MINUTE;
const WAVE = 50;
/** More than a wave, so that it is seen what a turn reads of the others. */
const DEVICES = 60;
const branchId = 'head-office';
/** The smallest that has all that is verified: nobody downloads it here. */
const PACKAGE_BYTES = 500_000;
/** Key generation is the costly part; two cores do no better with more at once. */
const ENROL_AT_ONCE = 8;

/** Its open limit is 2, and it has three devices. */
const limitedBranchId = 'annex';
const [OPEN_LIMIT, LIMITED_DEVICES] = [2, 3];

/** In the order of measuring. Takes about half a minute. */
export async function measureOperations(stage: Stage): Promise<readonly OperationCost[]> {
  const { cloud, api, say } = stage;
  const ledger = new Ledger(cloud);
  const { certificate, key } = cloud.trust.push;
  await api.call('setPushCertificate', { body: { certificate, key } });
  await api.call('putBranch', { id: branchId, body: { name: 'Head office', timeZone: 'UTC', linkMbps: 100 } });
  const version = await placeApp(stage, PACKAGE_BYTES);

  say(`Enrolling ${DEVICES} devices ...`);
  const [device, ...others] = await enrolAll(stage, ledger);
  await putFirst(api, device);
  const plan = await ledger.enter({ 'create plan': ['admin'] }, () =>
    api.call('createPlan', { body: { name: 'Bench', versionId: version.id, waveSize: WAVE, seed: '0', branches: [{ branchId, windows: [{ from: '11:00', to: '13:00' }] }] } }));
  const { branches: [foreseen] } = await ledger.enter({ 'targets of 60': ['admin'] }, () => api.call('foreseeTargets', { id: plan.id, body: {} }));
  if (foreseen?.instruct !== DEVICES) throw new Error('The fleet is not as this benchmark thinks.');
  await ledger.enter({ 'start plan': ['admin', 'launch'] }, () => api.call('startPlan', { id: plan.id, body: { unproven: true } }));
  say('Opening the wave ...');
  await ledger.enter({ 'open wave of 50': ['turn'], 'wake 50': ['waker'] }, () => passTo(cloud.clock, opensAt));
  await allInstructed(api, plan.id);
  const other = await fetchBefore(others);
  await install(stage, ledger, device, version);
  await ledger.enter({ 'access log': ['access'] }, async () => {
    await fetchPackage(manifestUrlOf(other), cloud.trust.root);
    await passTo(cloud.clock, cloud.clock.now() + 2 * MINUTE);
  });

  // Nothing is due from here until the window's end: who was not heard from has been pushed again an hour after the waves (11:00 and
  // 11:05), who took the instruction has been asked at half an hour, and is asked next at two hours. That leaves a busy machine 40 minutes.
  await passTo(cloud.clock, opensAt + 75 * MINUTE);
  await passAMark(cloud);
  await ledger.enter({ 'sweep of nothing': ['sweep'] }, () => passTo(cloud.clock, cloud.clock.now() + MINUTE));
  const page = await ledger.enter({ 'list 50 devices': ['admin'] }, () => api.call('listDevices', { query: { branchId, limit: WAVE } }));
  const { items: [known] } = await api.call('listDevices', { query: { serialNumber: device.serialNumber } });
  if (known === undefined) throw new Error('The device is not known to this benchmark.');
  const { items: said } = await ledger.enter({ 'get inventory': ['admin'] }, () => api.call('getInventory', { id: known.id }));
  const { items: instructed } = await ledger.enter({ 'device instructions': ['admin'] }, () => api.call('listDeviceInstructions', { id: known.id }));
  const { rows: audited } = await ledger.enter({ 'export audit': ['admin'] }, () => api.call('exportAudit', { body: {} }));
  if (said.length !== 1 || instructed.length !== 1 || audited === 0) throw new Error(`The device's records are not as this benchmark thinks: ${said.length}, ${instructed.length}, ${audited}.`);
  await ledger.enter({ overview: ['admin'] }, () => api.call('getOverview', {}));
  const { items: [adopted] } = await ledger.enter({ adoption: ['admin'] }, () => api.call('listAdoption', {}));
  const progress = await ledger.enter({ 'get plan': ['admin'] }, () => api.call('getPlan', { id: plan.id }));
  const written = await ledger.enter({ 'export 60 rows': ['admin'] }, () => api.call('exportDistributionStatus', { body: { bundleId: version.bundleId, planId: plan.id } }));
  const recount = await ledger.enter({ 'recount 2 waves': ['admin'] }, () => api.call('recountPlan', { id: plan.id, body: {} }));
  if (written.rows !== DEVICES || recount.rows !== 0 || recount.counts['instructions'] !== DEVICES) throw new Error(`The files are not as this benchmark thinks: ${JSON.stringify({ written: written.counts, recount: recount.counts })}.`);
  if (page.items.length !== WAVE || progress.totals.installed !== 1 || adopted?.instructions.installed !== 1) throw new Error('The rollout did not go as this benchmark thinks: its numbers would be of something else.');
  await takePlaces(stage, ledger, version.id);
  await editDraft(stage, ledger, version.id);
  return ledger.costs;
}

/** One device takes the first place of its branch, the measured one the last, and the third finds none. */
async function takePlaces({ cloud, api }: Stage, ledger: Ledger, versionId: string): Promise<void> {
  await api.call('putBranch', { id: limitedBranchId, body: { name: 'Annex', timeZone: 'UTC', linkMbps: 100 } });
  const { link } = await api.call('invite', { body: { branchId: limitedBranchId, uses: LIMITED_DEVICES } });
  const courier = await openCourier(cloud.ports.courier, () => Promise.resolve());
  const devices: HandDrivenDevice[] = [];
  for (let n = 1; n <= LIMITED_DEVICES; n += 1) devices.push(await enrolByHand(`${link}/profile`, DEVICES + n, courier, () => cloud.clock.now()));
  for (const device of devices) await answerAll(device);
  const branches = [{ branchId: limitedBranchId, windows: [{ from: '11:00', to: '13:00' }] }];
  const plan = await api.call('createPlan', { body: { name: 'Places', versionId, openLimit: OPEN_LIMIT, branches } });
  await api.call('startPlan', { id: plan.id, body: { unproven: true } });
  await passTo(cloud.clock, cloud.clock.now() + MINUTE);
  await allInstructed(api, plan.id, LIMITED_DEVICES);
  const [first, second, third] = devices;
  if (first === undefined || second === undefined || third === undefined) throw new Error('The branch is not as this benchmark thinks.');
  received(await first.idle(), 'InstallApplication');
  received(await ledger.enter({ 'fetch with a place': ['command'] }, () => second.idle()), 'InstallApplication');
  if ((await ledger.enter({ 'wait for a place': ['command'] }, () => third.idle())) !== undefined) throw new Error('A device was given more than its branch allows.');
}

/** A draft that would meet the plan of `takePlaces`; of the first plan nothing is to come where it is. */
async function editDraft({ api }: Stage, ledger: Ledger, versionId: string): Promise<void> {
  const windows = [{ from: '11:00', to: '13:00' }];
  const draft = await api.call('createPlan', { body: { name: 'Draft', versionId, branches: [{ branchId: limitedBranchId, windows }] } });
  const { meets } = await ledger.enter({ 'preview draft': ['admin'] }, () => api.call('previewPlan', { id: draft.id, body: {} }));
  const { revision } = await ledger.enter({ 'edit draft': ['admin'] }, () => api.call('editPlan', { id: draft.id, body: { name: 'Edited', versionId, branches: [limitedBranchId, branchId].map((each) => ({ branchId: each, windows })), revision: draft.revision } }));
  if (meets?.length !== 1 || revision !== draft.revision + 1) throw new Error('The draft is not as this benchmark thinks.');
}

/** Enrols all devices, the first one measured; answers that one first, with nothing left to do. */
async function enrolAll({ cloud, api }: Stage, ledger: Ledger): Promise<readonly [HandDrivenDevice, ...HandDrivenDevice[]]> {
  const { link } = await api.call('invite', { body: { branchId, uses: DEVICES } });
  const courier = await openCourier(cloud.ports.courier, () => Promise.resolve());
  const enrol = (number: number): Promise<HandDrivenDevice> => enrolByHand(`${link}/profile`, number, courier, () => cloud.clock.now());
  const first = await ledger.enter({ enrol: ['enrol', 'scep', 'check-in'] }, () => enrol(1));
  const numbers = Array.from({ length: DEVICES - 1 }, (_, index) => index + 2);
  const others: HandDrivenDevice[] = [];
  const work = async (): Promise<void> => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) others.push(await enrol(number));
  };
  await Promise.all(Array.from({ length: ENROL_AT_ONCE }, work));
  await answerAll(first);
  await ledger.enter({ idle: ['command'] }, () => first.idle());
  return [first, ...others];
}

/** What waits for a new device: questions, settings, and where the system is new enough the request to report by itself. */
async function answerAll(device: HandDrivenDevice): Promise<void> {
  for (let more = await device.idle(); more !== undefined;) more = await device.report(more, goodAnswer(more.command, unknownApp));
}

/** Test devices come first: the one that is measured is in the wave, whatever place chance gave it. */
async function putFirst(api: Stage['api'], { serialNumber }: HandDrivenDevice): Promise<void> {
  const { items: [device] } = await api.call('listDevices', { query: { serialNumber } });
  if (device === undefined) throw new Error('The device has not told its serial number.');
  await api.call('changeDevice', { id: device.id, body: { testDevice: true } });
}

/** Resolves when the wave is whole, and counted: on a busy machine that takes longer than the opening's first answer. */
async function allInstructed(api: Stage['api'], planId: string, devices = WAVE): Promise<void> {
  const counted = async (): Promise<number> => Object.values((await api.call('getPlan', { id: planId })).totals).reduce((sum, count) => sum + count, 0);
  for (let tries = 0; (await counted()) < devices; tries += 1) {
    if (tries === 300) throw new Error('The wave was not opened.');
    await pause(100);
  }
}

/**
 * Another device of the wave fetches its instruction: the function has read how the app is to be installed, as it has for
 * nearly every device of a wave. The first one within a minute costs one GetItem more.
 */
async function fetchBefore(devices: readonly HandDrivenDevice[]): Promise<Received> {
  for (const device of devices) {
    let given = await device.idle();
    while (given !== undefined && given.command.requestType !== 'InstallApplication') given = await device.report(given, goodAnswer(given.command, unknownApp));
    if (given !== undefined) return given;
  }
  throw new Error('No other device was instructed.');
}

function manifestUrlOf({ command }: Received): string {
  return command.requestType === 'InstallApplication' ? command.manifestUrl : '';
}

const unknownApp = { bundleId: '', shortVersion: '', version: '' };

/** One device takes its instruction, installs, and is asked for its lists a quarter of an hour later. */
async function install({ cloud: { clock } }: Stage, ledger: Ledger, device: HandDrivenDevice, version: AnswerOf<'getVersion'>): Promise<void> {
  const command = received(await ledger.enter({ 'fetch install': ['command'] }, () => device.idle()), 'InstallApplication');
  await ledger.enter({ manifest: ['delivery'] }, async () => {
    const { ok } = await fetch(manifestUrlOf(command));
    if (!ok) throw new Error('The manifest could not be fetched.');
  });
  await ledger.enter({ 'take install': ['command'], 'settle a wave': ['settle'] }, () => device.report(command, goodAnswer(command.command, version)));
  // The sweep has asked for both lists.
  await passTo(clock, opensAt + 17 * MINUTE);
  const first = received(await device.idle(), ...lists);
  const second = received(await ledger.enter({ exchange: ['command'] }, () => device.report(first, goodAnswer(first.command, version))), ...lists);
  await ledger.enter({ prove: ['command'] }, () => device.report(second, goodAnswer(second.command, version)));
}

/** Polled in one minute, they come in any order. */
const lists = ['ManagedApplicationList', 'InstalledApplicationList'] as const;

function received(given: Received | undefined, ...expected: readonly Received['command']['requestType'][]): Received {
  if (given === undefined || !expected.includes(given.command.requestType)) throw new Error(`The device expected ${expected.join(' or ')} and was given ${given?.command.requestType ?? 'nothing'}.`);
  return given;
}

/**
 * Lets the time pass until just behind a sweep that wrote its mark: the minute from then on holds exactly one, that writes none.
 * Minute by minute, each waited for: at full pace a busy machine would see the mark long after it, when the wave's next step is due.
 */
async function passAMark(cloud: LocalCloud): Promise<void> {
  for (let marked = false; !marked;) {
    const { calls } = await callsDuring(cloud, () => passTo(cloud.clock, cloud.clock.now() + MINUTE));
    marked = calls.some(({ functionName, operation }) => functionName === 'sweep' && operation === 'UpdateItem');
  }
}

/** Lets the time jump to an instant, and go at the machine's pace again from there. */
async function passTo(clock: LocalClock, instant: number): Promise<void> {
  clock.setPace('max');
  await clock.until(instant);
  clock.setPace('real');
}
