/** What a branch's open limit means for one exchange: an install command goes out only with a place, and what waits for one holds nothing else up. */
import type { CommandId } from '../ids.ts';
import type { PlaceStore } from '../rollout/places.ts';
import { placeOfWave } from '../rollout/wave-id.ts';
import type { ExchangeDecision } from './exchange.ts';
import type { QueuedCommand } from './instruction.ts';

export interface TakePlaceServices {
  readonly places: Pick<PlaceStore, 'view' | 'wait'>;
}

/** The decision, made again without each command for which no place is free; its device is then among those that wait. */
export async function decideWithPlaces(services: TakePlaceServices, decide: (withheld: ReadonlySet<CommandId>) => ExchangeDecision): Promise<ExchangeDecision> {
  const withheld = new Set<CommandId>();
  for (;;) {
    const decision = decide(withheld);
    const { next } = decision.commit;
    if (next?.limited !== true || next.waveId === undefined) return decision;
    const { waveId, deviceId } = next;
    const key = placeOfWave(waveId)?.key;
    if (key === undefined) return decision;
    const { limit, held } = await services.places.view(key);
    // Lifted since the wave was opened.
    if (limit === undefined) return decision;
    const isHeld = held.some((place) => place.waveId === waveId && place.deviceId === deviceId);
    if (isHeld || held.length < limit) return { ...decision, commit: { ...decision.commit, place: { place: { waveId, deviceId }, limit } } };
    await waitForPlace(services, next);
    withheld.add(next.id);
  }
}

/** The device is pushed when a place is free. */
export async function waitForPlace({ places }: Pick<TakePlaceServices, 'places'>, { waveId, deviceId, enrolmentId }: QueuedCommand): Promise<void> {
  if (waveId !== undefined) await places.wait({ waveId, deviceId, enrolmentId });
}
