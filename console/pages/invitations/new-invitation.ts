/** What is wrong with an invitation as it was typed, and what the API is asked for. */
import { deviceNamePattern, displayNamePattern, MOST_TAGS, tagPattern } from '../../../core/device/device-text.ts';
import type { BodyInputOf } from '../../../protocol/admin/asked.ts';

export interface TypedInvitation {
  readonly deviceName: string;
  readonly displayName: string;
  readonly uses: string;
  readonly days: string;
  /** With commas. */
  readonly tags: string;
  readonly testDevice: boolean;
}

export type InvitationFault = 'deviceName' | 'displayName' | 'needsName' | 'uses' | 'days' | 'tags';

const limits = { uses: 10_000, days: 365 } as const;

export function invitationFaults({ deviceName, displayName, uses, days, tags }: TypedInvitation): ReadonlySet<InvitationFault> {
  const [name, shown] = [deviceName.trim(), displayName.trim()];
  const isWhole = (text: string, most: number): boolean => /^\d{1,6}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= most;
  const found = tagsOf(tags);
  const faults: readonly (readonly [InvitationFault, boolean])[] = [
    ['deviceName', name !== '' && !deviceNamePattern.test(name)],
    ['displayName', shown !== '' && !displayNamePattern.test(shown)],
    ['needsName', shown !== '' && name === ''],
    ['uses', !isWhole(uses, name === '' ? limits.uses : 1)],
    ['days', !isWhole(days, limits.days)],
    ['tags', found.length > MOST_TAGS || found.some((tag) => !tagPattern.test(tag))],
  ];
  return new Set(faults.flatMap(([fault, is]) => (is ? [fault] : [])));
}

export function invitationOf(branchId: string, { deviceName, displayName, uses, days, tags, testDevice }: TypedInvitation): BodyInputOf<'invite'> {
  const [name, shown, found] = [deviceName.trim(), displayName.trim(), tagsOf(tags)];
  return {
    branchId, testDevice, uses: Number(uses), days: Number(days),
    ...(name === '' ? {} : { deviceName: name }), ...(shown === '' ? {} : { displayName: shown }), ...(found.length === 0 ? {} : { tags: [...found] }),
  };
}

function tagsOf(text: string): readonly string[] {
  return text.split(/[,、]/).map((tag) => tag.trim()).filter((tag) => tag !== '');
}
