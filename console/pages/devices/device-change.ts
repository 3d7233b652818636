/** What is wrong with what was typed of a device, and what of it is a change. */
import { deviceNamePattern, displayNamePattern, MOST_TAGS, tagPattern } from '../../../core/device/device-text.ts';
import type { BodyInputOf } from '../../../protocol/admin/asked.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';

export interface TypedDevice {
  readonly name: string;
  readonly displayName: string;
  readonly branchId: string;
  /** With commas. */
  readonly tags: string;
  readonly testDevice: boolean;
}

export function tagsOf(text: string): readonly string[] {
  return text.split(/[,、]/).map((tag) => tag.trim()).filter((tag) => tag !== '');
}

export type Fault = 'name' | 'displayName' | 'tags';

export function faultsOf({ name, displayName, tags }: Pick<TypedDevice, 'name' | 'displayName' | 'tags'>): ReadonlySet<Fault> {
  const found = tagsOf(tags);
  return new Set<Fault>([
    ...(deviceNamePattern.test(name) ? [] : ['name' as const]),
    ...(displayName.trim() === '' || displayNamePattern.test(displayName.trim()) ? [] : ['displayName' as const]),
    ...(found.length <= MOST_TAGS && found.every((tag) => tagPattern.test(tag)) ? [] : ['tags' as const]),
  ]);
}

/** Only what differs, for the revision that was read; undefined where nothing does. */
export function changeOf(device: Pick<AnswerOf<'getDevice'>, 'name' | 'displayName' | 'branchId' | 'tags' | 'testDevice' | 'revision'>, typed: TypedDevice): BodyInputOf<'changeDevice'> | undefined {
  const [displayName, tags] = [typed.displayName.trim(), tagsOf(typed.tags)];
  const change = {
    ...(typed.name === device.name ? {} : { name: typed.name }),
    ...(displayName === (device.displayName ?? '') ? {} : { displayName }),
    ...(typed.branchId === device.branchId ? {} : { branchId: typed.branchId }),
    ...(tags.join(';') === device.tags.join(';') ? {} : { tags: [...tags] }),
    ...(typed.testDevice === device.testDevice ? {} : { testDevice: typed.testDevice }),
  };
  return Object.keys(change).length === 0 ? undefined : { ...change, revision: device.revision };
}
