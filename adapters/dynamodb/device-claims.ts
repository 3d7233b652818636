/**
 * What goes with a device's record and changes in its transactions: the name and serial number that nobody else may have,
 * the texts that it is found by, its branch's counters.
 */
import type { Device } from '../../core/device/device.ts';
import { countDevices, subtractDeviceCounts, type DeviceCounts } from '../../core/device/device-counts.ts';
import { searchKinds, searchStart, searchTextsOf, type SearchKind, type SearchText } from '../../core/device/search.ts';
import type { BranchId, DeviceId } from '../../core/ids.ts';
import type { Item, Key } from './batch.ts';
import { countsKey, deviceKey, nameKey, serialKey } from './codec/device.ts';
import { names, type Action } from './transaction.ts';

export const SEARCH_INDEX = 'bySearch';
/** Parts of the index for each beginning: devices of a company are called alike, and one partition would take all their writes. */
export const SEARCH_SHARDS = ['0', '1', '2', '3'] as const;

interface Claim {
  readonly item: Item & Key;
  /** Another device may have it already. */
  readonly contested: boolean;
}

/**
 * Takes what `after` claims and `before` did not, gives back the rest, and keeps the counters: a record added, replaced,
 * removed, or two made one. What stays as it is costs nothing. A taken claim fails where another device has it.
 */
export function claimActions(table: string, before: readonly Device[], after: readonly Device[]): readonly Action[] {
  const [former, wanted] = [claimsOf(before), claimsOf(after)];
  const ids = [...new Set([...before, ...after].map(({ id }) => id))];
  const released = [...former].filter(([key]) => !wanted.has(key)).map(([, { item: { pk, sk } }]) => ({ Delete: { TableName: table, Key: { pk, sk } } }));
  const taken = [...wanted].filter(([key, claim]) => JSON.stringify(former.get(key)?.item) !== JSON.stringify(claim.item)).map(([, claim]) => taking(table, claim, ids));
  return [...released, ...taken, ...counters(table, before, after)];
}

function claimsOf(devices: readonly Device[]): ReadonlyMap<string, Claim> {
  const claims = devices.flatMap((device): readonly Claim[] => {
    const texts = new Map(searchTextsOf(device).map((text) => [text.kind, text]));
    const claim = (key: Key, kind: SearchKind, contested: boolean): Claim => ({ item: { ...key, deviceId: device.id, ...indexed(device.id, texts.get(kind)) }, contested });
    return [
      claim(nameKey(device.name), 'name', true),
      ...(device.serialNumber === undefined ? [] : [claim(serialKey(device.serialNumber), 'serial-number', true)]),
      ...(['display-name', 'udid'] as const).filter((kind) => texts.has(kind)).map((kind) => claim({ pk: deviceKey(device.id).pk, sk: `text#${kind}` }, kind, false)),
    ];
  });
  return new Map(claims.map((claim) => [`${claim.item.pk}\n${claim.item.sk}`, claim]));
}

/** Puts a claim into the index, where it is found by its text. */
function indexed(deviceId: DeviceId, found: SearchText | undefined): Item {
  const start = found === undefined ? undefined : searchStart(found.text);
  if (found === undefined || start === undefined) return {};
  return { searchKey: searchKey(start, shardOf(deviceId)), searchText: `${found.text}\n${found.kind}\n${deviceId}` };
}

export function searchKey(start: string, shard: (typeof SEARCH_SHARDS)[number]): string {
  return `${start}#${shard}`;
}

/** Kind and text of an entry of the index; undefined for what is none. */
export function readSearchText(entry: string): SearchText | undefined {
  const [text = '', kindText] = entry.split('\n');
  const kind = searchKinds.find((one) => one === kindText);
  return kind === undefined ? undefined : { kind, text };
}

function shardOf(deviceId: DeviceId): (typeof SEARCH_SHARDS)[number] {
  return SEARCH_SHARDS[Number.parseInt(deviceId.slice(-1), 16) % SEARCH_SHARDS.length] ?? '0';
}

function taking(table: string, { item, contested }: Claim, ids: readonly DeviceId[]): Action {
  if (!contested) return { Put: { TableName: table, Item: item } };
  const values = Object.fromEntries(ids.map((id, index) => [`:id${index}`, id]));
  return {
    Put: {
      TableName: table, Item: item, ConditionExpression: `attribute_not_exists(pk) OR #deviceId IN (${Object.keys(values).join(', ')})`,
      ExpressionAttributeNames: names('deviceId'), ExpressionAttributeValues: values,
    },
  };
}

function counters(table: string, before: readonly Device[], after: readonly Device[]): readonly Action[] {
  const branchIds = new Set([...before, ...after].map(({ branchId }) => branchId));
  return [...branchIds].flatMap((branchId) => {
    const [former, now] = [before, after].map((devices) => countDevices(devices.filter((device) => device.branchId === branchId)));
    return former === undefined || now === undefined ? [] : countAction(table, branchId, subtractDeviceCounts(now, former));
  });
}

/** Adds to a branch's counters; nothing where nothing is to be added. */
export function countAction(table: string, branchId: BranchId, { expected: _, ...stored }: DeviceCounts): readonly Action[] {
  const parts = Object.entries(stored).filter(([, count]) => count !== 0);
  if (parts.length === 0) return [];
  return [{
    Update: {
      TableName: table, Key: countsKey(branchId), UpdateExpression: `ADD ${parts.map(([name]) => `#${name} :${name}`).join(', ')}`,
      ExpressionAttributeNames: names(...parts.map(([name]) => name)), ExpressionAttributeValues: Object.fromEntries(parts.map(([name, count]) => [`:${name}`, count])),
    },
  }];
}
