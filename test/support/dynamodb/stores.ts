/** The real stores over one set of tables. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createAuditLog } from '../../../adapters/dynamodb/audit.ts';
import { createAuthorityDirectory } from '../../../adapters/dynamodb/authorities.ts';
import { createBranchStore } from '../../../adapters/dynamodb/branches.ts';
import { createCatalogueStore } from '../../../adapters/dynamodb/catalogue.ts';
import { createCommandQueue } from '../../../adapters/dynamodb/command-queue.ts';
import { createDeviceStore } from '../../../adapters/dynamodb/devices.ts';
import { createDocumentClient } from '../../../adapters/dynamodb/document-client.ts';
import { createEnrolmentStore } from '../../../adapters/dynamodb/enrolments.ts';
import { createEvidenceReads } from '../../../adapters/dynamodb/evidence.ts';
import { createInstructionStore } from '../../../adapters/dynamodb/instructions.ts';
import { createInventoryStore } from '../../../adapters/dynamodb/inventory.ts';
import { createInvitationStore } from '../../../adapters/dynamodb/invitations.ts';
import { createJobStore } from '../../../adapters/dynamodb/jobs.ts';
import { createLoadStore } from '../../../adapters/dynamodb/loads.ts';
import { createPlaceStore } from '../../../adapters/dynamodb/places.ts';
import { createPlanStore } from '../../../adapters/dynamodb/plans.ts';
import { createPushFactsStore } from '../../../adapters/dynamodb/push-facts.ts';
import { createPushFaultStore } from '../../../adapters/dynamodb/push-fault.ts';
import { createRunStore } from '../../../adapters/dynamodb/runs.ts';
import { createSelfServiceStore } from '../../../adapters/dynamodb/self-service.ts';
import { createTimeline } from '../../../adapters/dynamodb/timeline.ts';
import { createTimers } from '../../../adapters/dynamodb/timers.ts';
import { createIdentifiers } from '../../../adapters/identifiers.ts';
import type { Stores } from '../../contracts/stores.ts';
import { testClock } from '../memory/ambient.ts';
import type { TableNames } from './engine.ts';

export function dynamoStores(dynamo: DynamoDBClient, names: TableNames): Stores {
  const client = createDocumentClient(dynamo);
  const clock = testClock();
  const devices = { client, table: names.devices };
  const instructions = { client, table: names.instructions };
  const plans = { client, table: names.plans };
  return {
    clock,
    branches: createBranchStore(devices), devices: createDeviceStore(devices), timeline: createTimeline(devices), authorityDirectory: createAuthorityDirectory(devices), enrolments: createEnrolmentStore(devices), invitations: createInvitationStore(devices),
    instructions: createInstructionStore({ ...instructions, devicesTable: names.devices }), queue: createCommandQueue({ ...devices, instructionsTable: names.instructions, inventoryTable: names.inventory, plansTable: names.plans }),
    timers: createTimers({ ...instructions, clock }), inventory: createInventoryStore({ client, table: names.inventory }), evidence: createEvidenceReads({ client, inventoryTable: names.inventory, instructionsTable: names.instructions }), catalogue: createCatalogueStore({ client, table: names.catalogue }), selfService: createSelfServiceStore({ client, table: names.catalogue }),
    plans: createPlanStore({ ...plans, devicesTable: names.devices }), runs: createRunStore(plans), places: createPlaceStore(plans), loads: createLoadStore(devices), pushFaults: createPushFaultStore(plans), pushFacts: createPushFactsStore(devices), jobs: createJobStore(plans), audit: createAuditLog({ client, table: names.audit, ids: createIdentifiers() }),
  };
}
