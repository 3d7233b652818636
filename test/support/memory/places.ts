import type { Place, PlacesKey, PlaceStore, PlaceTaking } from '../../../core/rollout/places.ts';
import { runId } from '../../../core/rollout/store.ts';
import { placeOfWave } from '../../../core/rollout/wave-id.ts';
import { settled } from './device-store.ts';
import type { MemoryTables, PlacesTable } from './tables.ts';

export function memoryPlaceStore(tables: MemoryTables): PlaceStore {
  return {
    async view(key) {
      await settled();
      const { held, revision } = placesOf(tables, key);
      return { limit: tables.planBranches.get(`${key.planId}/${key.branchId}`)?.openLimit, held: [...held.values()], revision };
    },
    async counts(planId, branchIds) {
      await settled();
      return new Map(branchIds.flatMap((branchId) => {
        const { held } = placesOf(tables, { planId, branchId });
        return held.size === 0 ? [] : [[branchId, held.size] as const];
      }));
    },
    async occupy(key, places) {
      await settled();
      tables.beforeWrite('places.occupy');
      const found = placesOf(tables, key);
      for (const place of places) found.held.set(nameOf(place), plain(place));
      found.revision += 1;
    },
    async giveBack(key, places, revision) {
      await settled();
      tables.beforeWrite('places.giveBack');
      const found = placesOf(tables, key);
      if (found.revision !== revision) return false;
      for (const place of places) found.held.delete(nameOf(place));
      found.revision += 1;
      return true;
    },
    async wait({ waveId, deviceId, enrolmentId }) {
      await settled();
      tables.beforeWrite('places.wait');
      tables.waiting.set(waitingName({ waveId, deviceId }), { waveId, deviceId, enrolmentId });
    },
    async waiting(key, after, limit) {
      await settled();
      const prefix = `${runId({ ...key, kind: 'install' })}#`;
      return [...tables.waiting]
        .filter(([name]) => name.startsWith(prefix) && (after === undefined || name > waitingName(after)))
        .sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, limit).map(([, device]) => device);
    },
    async markWoken(device, now) {
      await settled();
      tables.beforeWrite('places.markWoken');
      const stored = tables.waiting.get(waitingName(device));
      if (stored === undefined || stored.wokenAt !== device.wokenAt) return false;
      tables.waiting.set(waitingName(device), { ...stored, wokenAt: now });
      return true;
    },
    async stopWaiting(places) {
      await settled();
      tables.beforeWrite('places.stopWaiting');
      for (const place of places) tables.waiting.delete(waitingName(place));
    },
  };
}

/** Whether a hand-out finds a place. */
export function placeIsFree(tables: MemoryTables, { place, limit }: PlaceTaking): boolean {
  const { held } = placesOf(tables, keyOf(place));
  return held.has(nameOf(place)) || held.size < limit;
}

/** The write of a hand-out that has found one. */
export function takePlace(tables: MemoryTables, { place }: PlaceTaking): void {
  const found = placesOf(tables, keyOf(place));
  found.held.set(nameOf(place), plain(place));
  found.revision += 1;
  tables.waiting.delete(waitingName(place));
}

function placesOf(tables: MemoryTables, key: PlacesKey): PlacesTable {
  const id = runId({ ...key, kind: 'install' });
  const known = tables.places.get(id);
  if (known !== undefined) return known;
  const made: PlacesTable = { held: new Map(), revision: 0 };
  tables.places.set(id, made);
  return made;
}

function keyOf({ waveId }: Place): PlacesKey {
  const place = placeOfWave(waveId);
  if (place === undefined) throw new Error('An instruction outside any plan takes no place.');
  return place.key;
}

function plain({ waveId, deviceId }: Place): Place {
  return { waveId, deviceId };
}

function nameOf({ waveId, deviceId }: Place): string {
  return `${waveId}/${deviceId}`;
}

function waitingName(place: Place): string {
  const seq = placeOfWave(place.waveId)?.seq ?? 0;
  return `${runId({ ...keyOf(place), kind: 'install' })}#${String(seq).padStart(6, '0')}#${place.deviceId}`;
}
