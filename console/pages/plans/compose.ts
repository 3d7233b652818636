/** The request that a draft comes to, or what is wrong with it. The API's own schemas decide. Pure. */
import type { BodyInputOf } from '../../../protocol/admin/asked.ts';
import { planRequest, plansRequest } from '../../../protocol/admin/plan.ts';
import { faultWords } from '../../../protocol/fault-words.ts';
import { NO_LIMIT, wordsIn, windowsOf, type Draft } from './draft.ts';
import { windowFault } from './local-window.ts';

/** By the field of the draft that they concern. */
export type Faults = ReadonlyMap<string, string>;
export type Composed<R> = { readonly request: R } | { readonly faults: Faults };

/** `zones`: of the branches, by id. `usualName`: where none is typed. */
export function compose(draft: Draft, zones: ReadonlyMap<string, string>, usualName: string): Composed<BodyInputOf<'createPlan'>> {
  const what = draft.operation === 'install' ? { versionId: draft.versionId } : { bundleId: draft.bundleId };
  const terms = termsOf(draft, zones);
  const parsed = planRequest.safeParse({
    name: draft.name.trim() === '' ? usualName : draft.name, operation: draft.operation, ...what, ...terms,
    ...(draft.whom === 'tags' ? { tags: wordsIn(draft.tags) } : {}), ...(draft.whom === 'devices' ? { devices: wordsIn(draft.devices) } : {}),
  }, { error: faultWords });
  const faults = faultsOf(terms, parsed.error?.issues);
  if (draft.operation === 'install' && draft.versionId === '') faults.set('versionId', 'missing');
  if (draft.operation === 'remove' && draft.bundleId === '') faults.set('bundleId', 'missing');
  return faults.size > 0 || !parsed.success ? { faults } : { request: parsed.data };
}

/** Of a file of bulk instructions, which says itself what goes to whom. */
export function composeImport(draft: Draft, zones: ReadonlyMap<string, string>, csv: string, check: boolean): Composed<BodyInputOf<'importPlans'>> {
  const terms = termsOf(draft, zones);
  const parsed = plansRequest.safeParse({ csv, check, ...terms }, { error: faultWords });
  const faults = faultsOf(terms, parsed.error?.issues);
  return faults.size > 0 || !parsed.success ? { faults } : { request: parsed.data };
}

function termsOf(draft: Draft, zones: ReadonlyMap<string, string>) {
  const number = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text));
  const installs = draft.operation === 'install';
  return {
    branches: draft.branchIds.map((branchId) => {
      const [pace, openLimit] = [draft.paces[branchId], draft.limits[branchId]];
      return {
        branchId, windows: windowsOf(draft, branchId, zones.get(branchId) ?? ''), inventoryWindow: draft.ownInventory[branchId] ?? draft.inventory,
        ...(pace === undefined ? {} : { pace: { waveSize: Number(pace.waveSize), intervalMinutes: Number(pace.intervalMinutes) } }), ...(installs && openLimit !== undefined ? { openLimit: Number(openLimit) === NO_LIMIT ? null : Number(openLimit) } : {}),
      };
    }),
    waveSize: number(draft.waveSize), intervalMinutes: number(draft.intervalMinutes), deadlineHours: number(draft.deadlineHours), reissueTimes: number(draft.reissueTimes),
    // A removal downloads nothing: the API takes no limit for one.
    ...(installs ? { openLimit: number(draft.openLimit) } : {}),
    ...(draft.seed.trim() === '' ? {} : { seed: draft.seed.trim().toLowerCase() }),
    ...ruleOf(draft.abortShare, draft.abortMinimum),
    ...(draft.canary === 'none' ? {} : { canary: { of: canaryOf(draft), soakHours: Number(draft.soakHours), ...ruleOf(draft.canaryAbortShare, draft.canaryAbortMinimum) } }),
  };
}

function ruleOf(share: string, minimum: string): { readonly abortRule?: { readonly share: number; readonly minimum: number } } {
  return share.trim() === '' ? {} : { abortRule: { share: Number(share) / 100, minimum: Number(minimum) } };
}

function canaryOf({ canary, canarySize }: Pick<Draft, 'canary' | 'canarySize'>): unknown {
  if (canary === 'count') return { kind: 'count', devices: Number(canarySize) };
  return canary === 'share' ? { kind: 'share', share: Number(canarySize) / 100 } : { kind: 'test-devices' };
}

function faultsOf({ branches }: Pick<ReturnType<typeof termsOf>, 'branches'>, issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] = []): Map<string, string> {
  const faults = new Map<string, string>();
  for (const [index, { windows, inventoryWindow }] of branches.entries()) {
    // A span without length is well formed.
    if (windows.some((window) => windowFault(window) !== undefined)) faults.set(`branches.${index}.windows`, 'windows');
    if (windowFault(inventoryWindow) !== undefined) faults.set('inventory', 'windows');
  }
  for (const { path, message } of issues) faults.set(fieldOf(path, branches), message);
  return faults;
}

const fields: Readonly<Record<string, string>> = {
  'abortRule.share': 'abortShare', 'abortRule.minimum': 'abortMinimum', 'canary.soakHours': 'soakHours', 'canary.of.devices': 'canarySize', 'canary.of.share': 'canarySize',
  'canary.abortRule.share': 'canaryAbortShare', 'canary.abortRule.minimum': 'canaryAbortMinimum', branches: 'branchIds',
};

/** Where a fault of a single branch's own terms is. */
export function ownField(branchId: string, field: 'waveSize' | 'intervalMinutes' | 'openLimit'): string {
  return `${branchId}.${field}`;
}

/** The draft's field of a path in the request. */
function fieldOf(path: readonly PropertyKey[], branches: readonly { readonly branchId: string }[]): string {
  const text = path.map(String).join('.');
  const [, index, own] = /^branches\.(\d+)\.(?:pace\.)?(waveSize|intervalMinutes|openLimit)$/.exec(text) ?? [];
  const branchId = branches[Number(index)]?.branchId;
  if (branchId !== undefined && (own === 'waveSize' || own === 'intervalMinutes' || own === 'openLimit')) return ownField(branchId, own);
  if (/^branches\.\d+\.inventoryWindow\b/.test(text)) return 'inventory';
  return fields[text] ?? (/^(tags|devices)\b/.exec(text)?.[1] ?? text);
}
