/**
 * Places that have become free, and who is told. The stream of changes frees them at once; a timer finds what was lost on
 * the way. Both count from the instructions themselves, so that repeating them, late or at once, changes nothing more.
 */
import { MINUTE, type Identifiers, type Instant } from '../ambient.ts';
import { atMost } from '../at-once.ts';
import type { BranchStore } from '../device/store.ts';
import { parseBranchId, parsePlanId, type WaveId } from '../ids.ts';
import { needsPoll } from '../instruction/deadline.ts';
import type { Instruction } from '../instruction/instruction.ts';
import { pollCommands } from '../instruction/poll.ts';
import type { CommandQueue, Due, InstructionStore, Waker } from '../instruction/store.ts';
import { deadlineOf } from './carry-out-wave.ts';
import { asksHolder, hasPlace, isHandedOut, PATIENCE, placesTimer, wantsPlace } from './open-limit.ts';
import type { Place, PlacesKey, PlaceStore, PlacesView, WaitingDevice } from './places.ts';
import type { PlanStore, RunStore } from './store.ts';
import { placeOfWave } from './wave-id.ts';

export interface SettlePlacesServices {
  readonly places: Pick<PlaceStore, 'view' | 'occupy' | 'giveBack' | 'waiting' | 'markWoken'>;
  readonly instructions: Pick<InstructionStore, 'instructionsOfWave'>;
  readonly waker: Waker;
}

export interface CheckPlacesServices {
  readonly places: Pick<PlaceStore, 'view' | 'giveBack' | 'waiting' | 'markWoken' | 'stopWaiting'>;
  readonly instructions: Pick<InstructionStore, 'instruction'>;
  readonly branches: Pick<BranchStore, 'branch'>;
  readonly plans: Pick<PlanStore, 'plan' | 'branchOf'>;
  readonly runs: Pick<RunStore, 'run' | 'wave'>;
  readonly queue: Pick<CommandQueue, 'enqueue'>;
  readonly waker: Waker;
  readonly ids: Pick<Identifiers, 'named'>;
}

/** A device that was pushed is expected for so long: its place is offered to nobody else. */
const EXPECTED = 2 * MINUTE;
/** Who was pushed and did not come is offered a place no sooner again. */
const AGAIN = 15 * MINUTE;
/** So long the two-minute look repeats a push: it may have been lost between the mark and the queue. */
const REPEATED = 2 * EXPECTED;
/** Devices on one page of the list of those that wait, and pages looked at. */
const [PAGE, PAGES] = [50, 10];
/** Pushed at once where the limit was lifted. */
const MOST = 100;
const ATTEMPTS = 5;
const READS_AT_ONCE = 8;

/** After a change in a wave, as it was `counted`: gives back what its instructions no longer need, and pushes those who wait for it. */
export async function settlePlaces(services: SettlePlacesServices, waveId: WaveId, counted: readonly Instruction[], now: Instant): Promise<void> {
  const key = counted.some(({ limited }) => limited === true) ? placeOfWave(waveId)?.key : undefined;
  if (key === undefined) return;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const view = await services.places.view(key);
    // Read after the places: an instruction that has taken one since has raised their revision.
    const wave = await services.instructions.instructionsOfWave(waveId);
    const here = new Set(view.held.filter((place) => place.waveId === waveId).map(({ deviceId }) => deviceId));
    const over = wave.filter((instruction) => here.has(instruction.deviceId) && !isHandedOut(instruction));
    // Whose place was given up, and who downloads after all, counts again though it did not ask.
    const late = wave.filter((instruction) => instruction.limited === true && instruction.state === 'installing' && now - instruction.updatedAt < PATIENCE && !here.has(instruction.deviceId));
    if (late.length > 0) await services.places.occupy(key, late);
    if (over.length === 0) return;
    if (await services.places.giveBack(key, over, view.revision + (late.length > 0 ? 1 : 0))) {
      await wakeNext(services, key, freeIn(view, over.length - late.length), { repeats: false, isWaiting: () => Promise.resolve(true) }, now);
      return;
    }
  }
  throw new Error('The places of a branch kept changing while they were settled.');
}

/** What the timer of a branch's places brings about, and the timer that follows as long as there is anything to look after. */
export async function checkPlaces(services: CheckPlacesServices, due: Due, now: Instant): Promise<Due | undefined> {
  const [planId, branchId] = due.subject.split('.');
  const key: PlacesKey = { planId: parsePlanId(planId), branchId: parseBranchId(branchId) };
  const [view, terms, branch] = await Promise.all([services.places.view(key), services.plans.branchOf(key.planId, key.branchId), services.branches.branch(key.branchId)]);
  if (terms === undefined) return undefined;
  const holders: Instruction[] = [];
  const over: Place[] = [];
  await atMost(READS_AT_ONCE, view.held, async (place) => {
    const instruction = await services.instructions.instruction(place.waveId, place.deviceId);
    if (instruction !== undefined && hasPlace(instruction, { timeZone: terms.timeZone, acceptance: branch?.acceptance }, now)) holders.push(instruction);
    else over.push(place);
  });
  // Where something has changed meanwhile, the next look finds it.
  const freed = over.length === 0 || await services.places.giveBack(key, over, view.revision);
  await askHolders(services, holders, due.at, now);
  const isWaiting = async ({ waveId, deviceId }: Place): Promise<boolean> => {
    const instruction = await services.instructions.instruction(waveId, deviceId);
    return instruction !== undefined && wantsPlace(instruction);
  };
  const left = await wakeNext(services, key, freeIn(view, freed ? over.length : 0), { repeats: true, isWaiting }, now);
  const goesOn = left || holders.length > 0 || !freed || await mayStillAsk(services, key, now);
  return goesOn ? placesTimer(key, now) : undefined;
}

/** Pushes so many of those that wait as places are free and nobody is expected for; whether anybody waits. */
async function wakeNext(
  services: { readonly places: Pick<PlaceStore, 'waiting' | 'markWoken'> & Partial<Pick<PlaceStore, 'stopWaiting'>>; readonly waker: Waker },
  key: PlacesKey, free: number, { repeats, isWaiting }: { readonly repeats: boolean; readonly isWaiting: (place: Place) => Promise<boolean> }, now: Instant,
): Promise<boolean> {
  const [woken, repeated]: [WaitingDevice[], WaitingDevice[]] = [[], []];
  const gone: Place[] = [];
  let [left, after] = [free, undefined as Place | undefined];
  let waits = false;
  for (let page = 0; page < PAGES && left > 0; page += 1) {
    const devices = await services.places.waiting(key, after, PAGE);
    left -= devices.filter(({ wokenAt }) => wokenAt !== undefined && wokenAt > now - EXPECTED).length;
    if (repeats) repeated.push(...devices.filter(({ wokenAt }) => wokenAt !== undefined && wokenAt > now - REPEATED));
    for (const device of devices) {
      if (left <= 0) break;
      if (device.wokenAt !== undefined && device.wokenAt > now - AGAIN) continue;
      if (!(await isWaiting(device))) gone.push(device);
      else if (await services.places.markWoken(device, now)) {
        woken.push(device);
        left -= 1;
      }
    }
    waits ||= devices.length > gone.length;
    after = devices.at(-1);
    if (devices.length < PAGE) break;
  }
  if (gone.length > 0) await services.places.stopWaiting?.(gone);
  const pushed = [...repeated, ...woken];
  if (pushed.length > 0) await services.waker.wake(pushed.map(({ enrolmentId }) => enrolmentId));
  return waits || free <= 0;
}

/** Where there is no limit any more, all may come. */
function freeIn({ limit, held }: PlacesView, freed: number): number {
  return limit === undefined ? MOST : Math.min(MOST, limit - held.length + freed);
}

/** A place that stays taken for want of evidence is lost to the others. By the timer's own instant: a repetition finds what was queued. */
async function askHolders(services: Pick<CheckPlacesServices, 'queue' | 'waker' | 'ids'>, holders: readonly Instruction[], at: Instant, now: Instant): Promise<void> {
  const asked = holders.filter((holder) => needsPoll(holder) && asksHolder(holder, at));
  const commands = asked.flatMap((instruction) => pollCommands(services, instruction, `place-${at}`, at, now));
  if (commands.length === 0) return;
  await services.queue.enqueue(commands);
  await services.waker.wake(asked.flatMap(({ enrolmentId }) => enrolmentId ?? []));
}

/** Whether instructions may be open that have not been asked for yet: each has its deadline. */
async function mayStillAsk({ plans, runs }: Pick<CheckPlacesServices, 'plans' | 'runs'>, key: PlacesKey, now: Instant): Promise<boolean> {
  const runKey = { ...key, kind: 'install' } as const;
  const [plan, run] = await Promise.all([plans.plan(key.planId), runs.run(runKey)]);
  if (plan === undefined || run === undefined || run.nextSeq === 1) return false;
  const last = await runs.wave(runKey, run.nextSeq - 1);
  return last !== undefined && now < deadlineOf(last, plan);
}
