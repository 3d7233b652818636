/** Operations and what they cost, in the order in which they were measured. */
import type { FunctionName } from '../../functions/environment.ts';
import type { LocalCloud } from '../../local/boot.ts';
import { callsDuring, costOf, type Cost } from './cost.ts';

/** Every operation that is measured, and what one of it is. */
export const operations = {
  enrol: 'one device enrols: profile, SCEP, Authenticate, TokenUpdate',
  idle: 'a device asks, and nothing waits for it',
  'fetch install': 'a device asks, and is given its install command',
  'fetch with a place': 'the same in a branch with an open limit, of which a place is free',
  'wait for a place': 'the same where none is free: the device is told nothing, and waits',
  manifest: 'a device fetches the manifest of its install command',
  'take install': 'a device reports that it installs; nothing else waits. It will be asked how far it is',
  'access log': 'an access log is delivered in which one device fetched a package for the first time',
  exchange: 'a device reports one of the two lists of apps, and is asked for the other',
  prove: 'a device reports the other list, which proves the install; nothing else waits',
  'open wave of 50': 'one turn selects 50 devices and instructs them',
  'wake 50': 'a push to each device of a wave of 50',
  'settle a wave': 'one stream batch touched a wave of 50: its totals are counted again',
  'sweep of nothing': 'one minute in which no timer is due',
  'list 50 devices': 'administrator: a page of a branch\'s devices',
  'get inventory': 'administrator: what a device last said of one app',
  'device instructions': 'administrator: what a device was told last',
  'export audit': 'administrator: the audit log of a day, as a file',
  'get plan': 'administrator: how far a plan of one branch is',
  overview: 'administrator: everything at a glance, one app and one rollout of one branch under way',
  adoption: 'administrator: how far the newest versions of all apps have come; one app, one plan',
  'create plan': 'administrator: a plan of one branch',
  'edit draft': 'administrator: a draft of one branch becomes another, with another branch beside it',
  'preview draft': 'administrator: what a draft for three devices of one branch would do, and which of two plans for its app it would meet',
  'targets of 60': 'administrator: whom a plan for 60 devices of one branch would instruct, and whom not',
  'export 60 rows': 'administrator: the distribution status of a plan of one branch, written within the request',
  'recount 2 waves': 'administrator: the totals of a plan of one branch are compared with its instructions',
  'start plan': 'administrator: a plan of one branch, its runs and schedules included',
} as const;
export type OperationName = keyof typeof operations;

export interface OperationCost extends Cost {
  readonly operation: OperationName;
}

export class Ledger {
  readonly costs: OperationCost[] = [];
  readonly #cloud: LocalCloud;

  constructor(cloud: LocalCloud) {
    this.#cloud = cloud;
    cloud.meter.weighing = true;
  }

  /** Does `work` and enters what it cost the functions of each operation named; other functions' calls are not looked at. */
  async enter<T>(served: Partial<Record<OperationName, readonly FunctionName[]>>, work: () => Promise<T>): Promise<T> {
    const { result, calls } = await callsDuring(this.#cloud, work);
    for (const operation of operationNames) {
      const functions = served[operation];
      if (functions !== undefined) this.costs.push({ operation, ...costOf(calls, functions) });
    }
    return result;
  }
}

export const operationNames = Object.keys(operations).filter((name): name is OperationName => name in operations);
