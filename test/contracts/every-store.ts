/** Every contract, for one implementation. */
import { auditLogContract } from './audit-log.ts';
import { authorityDirectoryContract } from './authority-directory.ts';
import { branchStoreContract } from './branch-store.ts';
import { catalogueStoreContract } from './catalogue-store.ts';
import { commandQueueContract } from './command-queue.ts';
import { deviceSearchContract } from './device-search.ts';
import { connectionsAtOnceContract } from './connections-at-once.ts';
import { deviceStoreContract } from './device-store.ts';
import { enrolmentStoreContract } from './enrolment-store.ts';
import { exchangeCommitContract } from './exchange-commit.ts';
import { identityContract } from './identity.ts';
import { instructionChangeContract } from './instruction-change.ts';
import { instructionStoreContract } from './instruction-store.ts';
import { inventoryStoreContract } from './inventory-store.ts';
import { invitationStoreContract } from './invitation-store.ts';
import { jobStoreContract } from './job-store.ts';
import { loadStoreContract } from './load-store.ts';
import { placesContract } from './places.ts';
import { planStoreContract } from './plan-store.ts';
import { pushFactsContract } from './push-facts.ts';
import { pushFaultContract } from './push-fault.ts';
import { runStoreContract } from './run-store.ts';
import type { OpenStores } from './stores.ts';
import { selfServiceContract } from './self-service.ts';
import { timelineContract } from './timeline.ts';
import { timersContract } from './timers.ts';

const contracts = [
  branchStoreContract, deviceStoreContract, deviceSearchContract, timelineContract, authorityDirectoryContract, enrolmentStoreContract, identityContract, invitationStoreContract, catalogueStoreContract, instructionStoreContract, instructionChangeContract, commandQueueContract,
  exchangeCommitContract, connectionsAtOnceContract, timersContract, planStoreContract, runStoreContract, placesContract, loadStoreContract, pushFactsContract, pushFaultContract, inventoryStoreContract, jobStoreContract, auditLogContract, selfServiceContract,
];

/** What core's stores promise, as tests. Each contract opens stores of its own. */
export function everyStoreContract(open: OpenStores): void {
  for (const contract of contracts) contract(open);
}
