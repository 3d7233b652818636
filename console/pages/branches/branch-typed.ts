/** A branch as it was typed: what is wrong with it, and what the API is asked for. */
import { checkAcceptance, usualAcceptance, type AcceptanceModel } from '../../../core/rollout/acceptance.ts';
import { openLimits } from '../../../core/rollout/open-limit.ts';
import type { BodyInputOf } from '../../../protocol/admin/asked.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';

type Branch = AnswerOf<'getBranch'>;

export interface TypedBranch {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly linkMbps: string;
  /** Empty: no limit. */
  readonly openLimit: string;
  /** Whether the users are said to be other than usual. */
  readonly ownAcceptance: boolean;
  /** Shares in percent. */
  readonly acceptance: Readonly<Record<'supervised' | 'soon' | 'startOfDay' | 'late' | 'soonMinutes' | 'morningFrom' | 'morningTo' | 'eveningFrom' | 'eveningTo', string>>;
}

export type BranchFault = 'id' | 'name' | 'timeZone' | 'linkMbps' | 'openLimit' | 'acceptance';

export function typedOf(branch: Branch | undefined, timeZone: string): TypedBranch {
  const model = branch?.acceptance ?? usualAcceptance;
  const percent = (share: number): string => String(Math.round(share * 1_000) / 10);
  return {
    id: branch?.id ?? '', name: branch?.name ?? '', timeZone: branch?.timeZone ?? timeZone, linkMbps: branch === undefined ? '100' : String(branch.linkMbps), openLimit: branch?.openLimit === undefined ? '' : String(branch.openLimit),
    ownAcceptance: branch?.acceptance !== undefined,
    acceptance: {
      supervised: percent(model.supervised), soon: percent(model.soon), startOfDay: percent(model.startOfDay), late: percent(model.late), soonMinutes: String(model.soonMinutes),
      morningFrom: model.morning.from, morningTo: model.morning.to, eveningFrom: model.evening.from, eveningTo: model.evening.to,
    },
  };
}

function modelOf({ acceptance: typed }: TypedBranch): AcceptanceModel {
  const share = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text) / 100);
  return {
    supervised: share(typed.supervised), soon: share(typed.soon), startOfDay: share(typed.startOfDay), late: share(typed.late), soonMinutes: Number(typed.soonMinutes),
    morning: { from: typed.morningFrom.trim(), to: typed.morningTo.trim() }, evening: { from: typed.eveningFrom.trim(), to: typed.eveningTo.trim() },
  };
}

/** What the API would refuse, told where it was typed. `zones`: the IANA zones that there are. */
export function branchFaults(typed: TypedBranch, zones: readonly string[]): ReadonlySet<BranchFault> {
  const [link, limit] = [Number(typed.linkMbps), Number(typed.openLimit)];
  const faults: readonly (readonly [BranchFault, boolean])[] = [
    ['id', !/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(typed.id)],
    ['name', typed.name.trim() === '' || typed.name.trim().length > 100],
    ['timeZone', !zones.includes(typed.timeZone)],
    ['linkMbps', typed.linkMbps.trim() === '' || !(link > 0 && link <= 1_000_000)],
    ['openLimit', typed.openLimit.trim() !== '' && !(Number.isInteger(limit) && limit >= openLimits.min && limit <= openLimits.max)],
    ['acceptance', typed.ownAcceptance && !makesSense(modelOf(typed))],
  ];
  return new Set(faults.flatMap(([fault, is]) => (is ? [fault] : [])));
}

function makesSense(model: AcceptanceModel): boolean {
  try {
    checkAcceptance(model);
    return true;
  } catch {
    return false;
  }
}

/** A branch is replaced as a whole: the brake stays as it is. */
export function branchOf(typed: TypedBranch, brake: boolean): BodyInputOf<'putBranch'> {
  return {
    name: typed.name.trim(), timeZone: typed.timeZone, linkMbps: Number(typed.linkMbps), brake,
    ...(typed.openLimit.trim() === '' ? {} : { openLimit: Number(typed.openLimit) }), ...(typed.ownAcceptance ? { acceptance: modelOf(typed) } : {}),
  };
}
