/** A live plan of one branch in real tables, and what a turn of it needs besides them. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createIdentifiers } from '../../../adapters/identifiers.ts';
import type { BranchId } from '../../../core/ids.ts';
import { launchPlan } from '../../../core/rollout/launch.ts';
import type { Plan, RunKey } from '../../../core/rollout/plan.ts';
import type { TurnInput } from '../../../core/rollout/store.ts';
import type { TurnServices } from '../../../core/rollout/take-turn.ts';
import type { Stores } from '../../contracts/stores.ts';
import { testLog } from '../memory/ambient.ts';
import { recordingStarter, recordingWaker } from '../memory/recorders.ts';
import { present } from '../present.ts';
import { anApp, aVersion } from '../samples/catalogue.ts';
import { aPlan, aPlanBranch } from '../samples/plan.ts';
import { MORNING } from '../samples/unique.ts';
import type { TableNames } from './engine.ts';
import { dynamoStores } from './stores.ts';

export type TurnStores = Stores & TurnServices;

/** The stores of one process. */
export function turnStores(client: DynamoDBClient, names: TableNames): TurnStores {
  const nothing = { beforeWrite: () => undefined };
  return { ...dynamoStores(client, names), ids: createIdentifiers(), log: testLog(), waker: recordingWaker(nothing), starter: recordingStarter(nothing) };
}

export interface StagedRun {
  readonly plan: Plan;
  readonly key: RunKey;
  /** What the state machine gives to each turn. */
  readonly input: TurnInput;
}

/** Its window is open, all day long; its version is verified. */
export async function stageRun(stores: TurnStores, branchId: BranchId, waveSize: number): Promise<StagedRun> {
  const app = anApp();
  const version = aVersion(app, { placement: 'verified', verifiedAt: MORNING });
  await stores.catalogue.putVersion(app, version);
  const plan = aPlan({ bundleId: app.bundleId, versionId: version.id, waveSize, status: 'live' });
  await stores.plans.addPlan(plan, [aPlanBranch(plan, { branchId, windows: [{ from: '00:00', to: '24:00' }] })], []);
  await launchPlan(stores, plan.id, MORNING);
  const key = { planId: plan.id, branchId, kind: 'install' } as const;
  const { epoch, window } = present(await stores.runs.run(key));
  return { plan, key, input: { ...key, format: 1, epoch, window } };
}
