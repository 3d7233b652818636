/** Devices, reading only: by id, by what they are called, by branch, and by the beginning of what they are called. */
import type { Device } from '../../core/device/device.ts';
import type { DeviceStore } from '../../core/device/store.ts';
import type { DeviceId } from '../../core/ids.ts';
import { batchGet, type Item, type Key } from './batch.ts';
import { deviceKey, nameKey, readDevice, readDevicePointer, readSummary, serialKey } from './codec/device.ts';
import { readSearchText, SEARCH_INDEX, SEARCH_SHARDS, searchKey } from './device-claims.ts';
import type { Table } from './document-client.ts';
import { getItem, query } from './query.ts';
import { searchStart } from '../../core/device/search.ts';
import { text } from './read.ts';
import { names } from './transaction.ts';

export type DeviceReads = Pick<DeviceStore, 'device' | 'devices' | 'deviceByName' | 'deviceBySerial' | 'devicesCalled' | 'devicesOfBranch' | 'search'>;

const BRANCH_INDEX = 'byBranch';

export function createDeviceReads(table: Table): DeviceReads {
  const device = async (id: DeviceId): Promise<Device | undefined> => {
    const item = await getItem(table, deviceKey(id));
    return item === undefined ? undefined : readDevice(item);
  };
  const devices = async (ids: readonly DeviceId[]): Promise<readonly Device[]> => (await batchGet(table, ids.map(deviceKey))).map(readDevice);
  const deviceAt = async (pointer: Key): Promise<Device | undefined> => {
    const item = await getItem(table, pointer);
    return item === undefined ? undefined : device(readDevicePointer(item).deviceId);
  };

  return {
    /** 1 read. */
    device,

    /** 1 call per 100. */
    devices,

    /** 2 reads. */
    deviceByName: (name) => deviceAt(nameKey(name)),

    /** 2 reads. */
    deviceBySerial: (serialNumber) => deviceAt(serialKey(serialNumber)),

    /** 1 call per 100 names and serial numbers, 1 per 100 devices found. */
    async devicesCalled(wantedNames, serialNumbers) {
      const pointers = await batchGet(table, [...wantedNames.map(nameKey), ...serialNumbers.map(serialKey)]);
      return devices(pointers.map((pointer) => readDevicePointer(pointer).deviceId));
    },

    /** 1 query (eventually consistent): some 22 read units per 500 devices. */
    async devicesOfBranch(branchId, after, limit) {
      const items = await query(table, {
        IndexName: BRANCH_INDEX, ExpressionAttributeNames: names('branchId', ...(after === undefined ? [] : ['order'])),
        KeyConditionExpression: after === undefined ? '#branchId = :branch' : '#branchId = :branch AND #order > :after',
        ExpressionAttributeValues: { ':branch': branchId, ...(after === undefined ? {} : { ':after': after }) },
      }, limit);
      return items.map(readSummary);
    },

    /** 1 query of each part of the index (4): at least half a read unit each. */
    async search(start, after, limit) {
      const parts = await Promise.all(SEARCH_SHARDS.map((shard) => query(table, {
        IndexName: SEARCH_INDEX, ExpressionAttributeNames: names('searchKey', 'searchText'),
        // From a place on there is no upper end to name: what is behind the last that begins so is passed over.
        KeyConditionExpression: `#searchKey = :key AND ${after === undefined ? 'begins_with(#searchText, :from)' : '#searchText > :from'}`,
        ExpressionAttributeValues: { ':key': searchKey(searchStart(start) ?? start, shard), ':from': after ?? start },
      }, limit + 1)));
      const found = parts.flat().map(hitOf).filter(({ place }) => place.startsWith(start)).sort((a, b) => Buffer.compare(Buffer.from(a.place), Buffer.from(b.place)));
      const last = found[limit - 1];
      return { items: found.slice(0, limit).flatMap(({ hit, place }) => (hit === undefined ? [] : [{ ...hit, place }])), ...(found.length > limit && last !== undefined ? { next: last.place } : {}) };
    },
  };
}

function hitOf(item: Item) {
  const place = text(item['searchText']);
  const found = readSearchText(place);
  return { place, hit: found === undefined ? undefined : { ...found, ...readDevicePointer(item) } };
}
