import type { AppFacts, EvidenceReads, InventoryStore } from '../../../core/inventory/inventory.ts';
import { settled } from './device-store.ts';
import type { MemoryTables } from './tables.ts';

export function memoryInventoryStore(tables: MemoryTables): InventoryStore {
  return {
    async report(deviceId, bundleId, facts) {
      await settled();
      tables.beforeWrite('inventory.report');
      const stored: AppFacts = tables.facts.get(`${deviceId}/${bundleId}`) ?? { deviceId, bundleId };
      if (facts.managed === undefined && facts.installed === undefined) return stored;
      const managed = newer(facts.managed, stored.managed);
      const installed = newer(facts.installed, stored.installed);
      const merged: AppFacts = { deviceId, bundleId, ...(managed === undefined ? {} : { managed }), ...(installed === undefined ? {} : { installed }) };
      tables.facts.set(`${deviceId}/${bundleId}`, merged);
      return merged;
    },
    async facts(deviceIds, bundleId) {
      await settled();
      return new Map(deviceIds.flatMap((id) => {
        const facts = tables.facts.get(`${id}/${bundleId}`);
        return facts === undefined ? [] : [[id, facts] as const];
      }));
    },
    async ofDevice(deviceId) {
      await settled();
      return [...tables.facts.values()].filter((facts) => facts.deviceId === deviceId).sort((a, b) => (a.bundleId < b.bundleId ? -1 : 1));
    },
  };
}

function newer<T extends { readonly reportedAt: number }>(reported: T | undefined, stored: T | undefined): T | undefined {
  if (reported === undefined || (stored !== undefined && stored.reportedAt > reported.reportedAt)) return stored;
  return reported;
}

export function memoryEvidenceReads(tables: MemoryTables): EvidenceReads {
  return {
    async view(deviceId, bundleId, waveId) {
      await settled();
      return { facts: tables.facts.get(`${deviceId}/${bundleId}`), standing: tables.standings.get(`${deviceId}/${bundleId}`), instruction: waveId === undefined ? undefined : tables.instructions.get(`${waveId}/${deviceId}`) };
    },
  };
}
