/** A rollout to a fleet that is too large for the whole cloud on one machine: the engine and its tables, with devices in this process. */
import { DAY, HOUR, type Instant } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import { orderOf } from '../../../core/device/order.ts';
import { parseBranchId, parseBundleId, parseDeviceId, parseEnrolmentId, parseSha256, versionIdOf, type BranchId } from '../../../core/ids.ts';
import { draftPlan } from '../../../core/rollout/new-plan.ts';
import type { Plan, Wave, Window } from '../../../core/rollout/plan.ts';
import { addTotals, countOf, openStates } from '../../../core/result/totals.ts';
import { chance } from '../../../simulator/random.ts';
import { characterOf, type TemperMix } from '../../../simulator/temper.ts';
import { HeatLedger } from '../heat.ts';
import { judgeDevices } from '../judgement.ts';
import { writeEnrolled } from '../records.ts';
import { rounded, type Findings } from '../../report.ts';
import { carryOut, type CarryOut } from './carry-out.ts';
import { Phone } from './phone.ts';
import { openEngineWorld, type EngineWorld } from './world.ts';

export interface EngineSite {
  readonly id: string;
  readonly timeZone: string;
  readonly window: Window;
  readonly devices: number;
}

export interface EngineSetting {
  readonly assembly: string;
  readonly java: string;
  readonly startAt: Instant;
  readonly waveSize: number;
  readonly sites: readonly EngineSite[];
  readonly say: (line: string) => void;
}

/** The simulator's usual devices, but for those whose kind is in what they do over HTTP. */
const mix: TemperMix = { supervised: 0.15, rejects: 0.05, ignores: 0.04, away: 0.05, gone: 0.03, fails: 0.03, refuses: 0.02 };
const SEED = 'engine';
const TOPIC = 'com.apple.mgmt.External.bench';
/** A plan that is not over by then never will be. */
const LONGEST = 14 * DAY;

export async function rehearseEngine({ assembly, java, startAt, waveSize, sites, say }: EngineSetting): Promise<Findings> {
  const ledger = new HeatLedger();
  const calls = new Map<string, number>();
  const faults: string[] = [];
  const fault = (words: string): void => {
    if (faults.push(words) <= 5) say(words);
  };
  let now: () => Instant = () => startAt;
  const world = await openEngineWorld(assembly, java, startAt, fault, (call) => {
    calls.set(call.part, (calls.get(call.part) ?? 0) + 1);
    ledger.enter(call, now());
  });
  now = world.clock.now;
  try {
    const writing = performance.now();
    const phones = new Map<string, Phone>();
    const carrying = carryOut(world, (token) => phones.get(token), fault);
    const version = await putVersion(world);
    for (const site of sites) for (const phone of await putBranch(world, carrying, site, version, phones.size)) phones.set(phone.setting.enrolment.push?.token ?? '', phone);
    const recordSeconds = (performance.now() - writing) / 1_000;
    say(`${phones.size} devices are there.`);
    const began = performance.now();
    const plan = await startPlan(world, sites, version, waveSize);
    for (const phone of phones.values()) leaveForAWhile(phone, startAt);
    await carrying.launch(plan);
    await untilOver(world, carrying, plan, sites, say);
    // Devices that come back late have their say.
    await carrying.until(world.clock.now() + HOUR);
    const seconds = (performance.now() - began) / 1_000;
    const [install, inventory] = [await wavesOf(world, plan, sites, 'install'), await wavesOf(world, plan, sites, 'inventory')];
    const instructions = (await Promise.all(install.map(({ id }) => world.instructions.instructionsOfWave(id)))).flat();
    const opened = [...install, ...inventory].filter(({ targets }) => targets.length > 0);
    const { mostPerSecond, hottest, writes, keys, largestShare, largest } = ledger.heat;
    return {
      figures: {
        devices: phones.size, branches: sites.length, seconds: rounded(seconds), ...judgeDevices([...phones.values()], instructions), callsPerWave: rounded((calls.get('turn') ?? 0) / opened.length), hottestKeyWritesPerSecond: mostPerSecond,
        waves: opened.length, largestWave: Math.max(0, ...opened.map(({ targets }) => targets.length)), callsPerDevice: rounded([...calls.values()].reduce((sum, count) => sum + count, 0) / phones.size), writes, partitionKeys: keys,
        largestShareOfWrites: Math.round(largestShare * 10_000) / 10_000, recordSeconds: rounded(recordSeconds), simulatedHours: rounded((world.clock.now() - startAt) / HOUR), faults: faults.length, totalsApart: await totalsApart(world, plan, sites, instructions),
      },
      facts: { 'carried out by': 'the engine and its tables, devices in this process', 'hottest key': hottest, 'key of the largest share': largest, 'calls by part': Object.fromEntries(calls) },
    };
  } finally {
    await world.stop();
  }
}

async function putVersion({ catalogue, clock }: EngineWorld): Promise<AppVersion> {
  const [now, digest, bundleId] = [clock.now(), parseSha256('5a'.repeat(32)), parseBundleId('com.example.fieldwork')];
  const version: AppVersion = {
    id: versionIdOf(digest), bundleId, version: '210', shortVersion: '2.1.0', title: 'Fieldwork', fileName: 'Fieldwork-2.1.0.ipa', digest, size: 60_000_000, chunkDigests: [digest], chunkSize: 60_000_000, minimumOsVersion: '16.0',
    deviceFamilies: [1, 2], kind: 'enterprise', teamId: 'TEAM123456', applicationIdentifier: `TEAM123456.${bundleId}`, profileExpiresAt: now + 300 * DAY, provisionedDevices: [], warnings: [], placement: 'proven', checks: [], verifiedAt: now, createdAt: now,
  };
  await catalogue.putVersion({ bundleId, title: version.title, description: 'Work orders', createdAt: now }, version);
  return version;
}

/** The branch and its devices, numbered from `first` on. */
async function putBranch(world: EngineWorld, carrying: CarryOut, { id, timeZone, devices }: EngineSite, { shortVersion, version }: AppVersion, first: number): Promise<readonly Phone[]> {
  const { ids, clock, client } = world;
  const [branchId, now] = [parseBranchId(id), clock.now()];
  await world.branches.putBranch({ id: branchId, name: id, timeZone, linkMbps: 50, brake: false, revision: 0 });
  const phones = Array.from({ length: devices }, (_, n) => {
    const number = first + n;
    const [random, deviceId, enrolmentId] = [chance(`${SEED}/identity/${number}`), parseDeviceId(ids.named(`device ${number}`)), parseEnrolmentId(ids.named(`enrolment ${number}`).toUpperCase())];
    return new Phone({
      device: { id: deviceId, name: `phone-${String(number).padStart(6, '0')}`, branchId, testDevice: false, tags: [], order: orderOf(deviceId, false, ids), status: 'enrolled', enrolmentId, osVersion: '18.6', productName: 'iPhone15,4', createdAt: now, enrolledAt: now, revision: 1 },
      enrolment: {
        id: enrolmentId, deviceId, branchId, status: 'enrolled', pin: parseSha256(random.bytes(32).toString('hex')), identityExpiresAt: now + 5 * 365 * DAY, topic: TOPIC,
        push: { token: random.bytes(32).toString('hex'), magic: ids.named(`magic ${number}`), dead: false }, lastSeenAt: now, authenticatedAt: now, enrolledAt: now,
      },
      timeZone, character: characterOf(SEED, number, mix), version: { shortVersion, version }, now: clock.now, at: (instant, call) => { carrying.at(instant, call); },
    });
  });
  await writeEnrolled(client, 'Devices', branchId, phones.map(({ setting }) => setting));
  return phones;
}

async function startPlan({ plans, ids, branches, clock }: EngineWorld, sites: readonly EngineSite[], version: AppVersion, waveSize: number): Promise<Plan> {
  const drafted = draftPlan({ name: 'Fleet', waveSize, branches: sites.map(({ id, window }) => ({ branchId: parseBranchId(id), windows: [window] })) }, await branches.branches(), version, clock.now(), ids, 'bench');
  const plan: Plan = { ...drafted.plan, status: 'live', startedAt: clock.now() };
  await plans.addPlan(plan, drafted.branches, []);
  return plan;
}

/** As the simulator's: away for some hours, or for days. */
function leaveForAWhile(phone: Phone, now: Instant): void {
  const { temper, random } = phone.setting.character;
  if (temper === 'away') phone.offUntil = now + random.between(6, 16) * HOUR;
  if (temper === 'gone') phone.offUntil = now + random.between(70, 90) * HOUR;
}

const branchIds = (sites: readonly EngineSite[]): readonly BranchId[] => sites.map(({ id }) => parseBranchId(id));

async function untilOver({ runs, clock }: EngineWorld, carrying: CarryOut, plan: Plan, sites: readonly EngineSite[], say: (line: string) => void): Promise<void> {
  const giveUpAt = clock.now() + LONGEST;
  for (;;) {
    await carrying.until(clock.now() + HOUR);
    const all = await runs.runs(plan.id, branchIds(sites), ['install', 'inventory']);
    const totals = addTotals([...(await runs.runTotals(all.filter(({ kind }) => kind === 'install'))).values()]);
    say(`${new Date(clock.now()).toISOString().slice(0, 16)}: ${JSON.stringify(totals)}`);
    if (all.length === 2 * sites.length && all.every(({ status }) => status === 'finished') && countOf(totals, openStates) === 0) return;
    if (clock.now() > giveUpAt) throw new Error(`The plan is not over after ${LONGEST / DAY} days: ${JSON.stringify(totals)}.`);
  }
}

async function wavesOf({ runs }: EngineWorld, { id: planId }: Plan, sites: readonly EngineSite[], kind: 'install' | 'inventory'): Promise<readonly Wave[]> {
  return (await Promise.all(branchIds(sites).map((branchId) => runs.waves({ planId, branchId, kind })))).flat();
}

/** Branches whose totals are not what a recount of their instructions says. */
async function totalsApart({ runs }: EngineWorld, { id: planId }: Plan, sites: readonly EngineSite[], instructions: readonly { readonly branchId: BranchId; readonly state: string }[]): Promise<number> {
  const counted = new Map<string, number>();
  for (const { branchId, state } of instructions) counted.set(`${branchId} ${state}`, (counted.get(`${branchId} ${state}`) ?? 0) + 1);
  const totals = await runs.runTotals(branchIds(sites).map((branchId) => ({ planId, branchId, kind: 'install' as const })));
  let told = 0;
  const apart = new Set<string>();
  for (const [key, states] of totals) {
    const branchId = key.split('.')[1] ?? '';
    for (const [state, count] of Object.entries(states)) {
      told += count;
      if ((counted.get(`${branchId} ${state}`) ?? 0) !== count) apart.add(branchId);
    }
  }
  return Math.max(apart.size, told === instructions.length ? 0 : 1);
}
