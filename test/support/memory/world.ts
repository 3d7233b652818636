/** All stores in memory over the same tables, with a clock, ids and a log. */
import { testClock, testIdentifiers, testLog } from './ambient.ts';
import { memoryCatalogueStore } from './catalogue-store.ts';
import { memoryCommandQueue } from './command-queue.ts';
import { memoryBranchStore, memoryDeviceStore } from './device-store.ts';
import { memoryEnrolmentStore, memoryInvitationStore } from './enrolment-store.ts';
import { memoryAuthorityDirectory, memoryAuthorityKeys } from './authority.ts';
import { memoryInstructionStore } from './instruction-store.ts';
import { memoryEvidenceReads, memoryInventoryStore } from './inventory-store.ts';
import { memoryJobStore } from './job-store.ts';
import { memoryLoadStore } from './load-store.ts';
import { memoryPlaceStore } from './places.ts';
import { memoryPlanStore } from './plan-store.ts';
import { memoryPushFactsStore } from './push-facts.ts';
import { memoryPushFaultStore } from './push-fault.ts';
import { memoryAuditLog, recordingBackground, recordingEvents, recordingStarter, recordingWaker } from './recorders.ts';
import { memoryRunStore } from './run-store.ts';
import { memorySelfServiceStore } from './self-service.ts';
import { memoryTables } from './tables.ts';
import { memoryTimeline } from './timeline.ts';
import { memoryTimers } from './timers.ts';

export type MemoryWorld = ReturnType<typeof memoryWorld>;

export function memoryWorld() {
  const tables = memoryTables();
  const clock = testClock();
  return {
    tables,
    clock, ids: testIdentifiers(), log: testLog(),
    branches: memoryBranchStore(tables), devices: memoryDeviceStore(tables),
    timeline: memoryTimeline(tables), enrolments: memoryEnrolmentStore(tables), invitations: memoryInvitationStore(tables),
    authorityDirectory: memoryAuthorityDirectory(tables), authorityKeys: memoryAuthorityKeys(tables),
    instructions: memoryInstructionStore(tables), queue: memoryCommandQueue(tables), timers: memoryTimers(tables, clock),
    inventory: memoryInventoryStore(tables), evidence: memoryEvidenceReads(tables), catalogue: memoryCatalogueStore(tables), selfService: memorySelfServiceStore(tables),
    plans: memoryPlanStore(tables), runs: memoryRunStore(tables), places: memoryPlaceStore(tables), loads: memoryLoadStore(tables), pushFaults: memoryPushFaultStore(tables), pushFacts: memoryPushFactsStore(tables), jobs: memoryJobStore(tables), audit: memoryAuditLog(tables),
    waker: recordingWaker(tables), starter: recordingStarter(tables), background: recordingBackground(tables), events: recordingEvents(tables),
  };
}
