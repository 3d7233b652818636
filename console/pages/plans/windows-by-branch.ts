/** The windows of a plan, and for which branches they are: those of most branches first. Pure. */
import type { Window } from '../../../core/rollout/plan.ts';

export interface SharedWindows {
  /** `01:00-02:00`, in each branch's own time. */
  readonly windows: readonly string[];
  readonly branchIds: readonly string[];
}

export function windowsByBranch(branches: readonly { readonly branchId: string; readonly windows: readonly Window[] }[]): readonly SharedWindows[] {
  const shared = new Map<string, SharedWindows>();
  for (const { branchId, windows } of branches) {
    const texts = windows.map(textOf);
    const key = texts.join();
    shared.set(key, { windows: texts, branchIds: [...(shared.get(key)?.branchIds ?? []), branchId] });
  }
  return [...shared.values()].toSorted((one, other) => other.branchIds.length - one.branchIds.length);
}

function textOf({ from, to, days, firstDay, lastDay }: Window): string {
  const dates = firstDay === undefined && lastDay === undefined ? '' : ` (${firstDay ?? ''} - ${lastDay ?? ''})`;
  return `${from}-${to}${days === undefined ? '' : ` ${days.join(' ')}`}${dates}`;
}
