/** Devices. A name and a serial number are items of their own, which makes them unique and leads from them to the device. */
import type { Device } from '../../core/device/device.ts';
import type { DeviceStore } from '../../core/device/store.ts';
import { WavecastError } from '../../core/errors.ts';
import type { BranchId, DeviceId } from '../../core/ids.ts';
import type { DeviceEvent } from '../../core/device/timeline.ts';
import type { Key } from './batch.ts';
import { countsKey, deviceItem, deviceKey, nameKey, readDevice, readDevicePointer, readSummary, serialKey } from './codec/device.ts';
import { eventItem } from './codec/device-event.ts';
import type { Table } from './document-client.ts';
import { getItem, query } from './query.ts';
import { names, transact, type Action } from './transaction.ts';

const INDEX = 'byBranch';

export function createDeviceStore(devices: Table): DeviceStore {
  const { client, table } = devices;
  const device = async (id: DeviceId): Promise<Device | undefined> => {
    const item = await getItem(devices, deviceKey(id));
    return item === undefined ? undefined : readDevice(item);
  };
  const deviceAt = async (pointer: Key): Promise<Device | undefined> => {
    const item = await getItem(devices, pointer);
    return item === undefined ? undefined : device(readDevicePointer(item).deviceId);
  };

  return {
    /** 1 read. */
    device,

    /** 2 reads. */
    deviceByName: (name) => deviceAt(nameKey(name)),

    /** 2 reads. */
    deviceBySerial: (serialNumber) => deviceAt(serialKey(serialNumber)),

    /** 1 query (eventually consistent): some 12 read units per 500 devices. */
    async devicesOfBranch(branchId, after, limit) {
      const items = await query(devices, {
        IndexName: INDEX, ExpressionAttributeNames: names('branchId', ...(after === undefined ? [] : ['order'])),
        KeyConditionExpression: after === undefined ? '#branchId = :branch' : '#branchId = :branch AND #order > :after',
        ExpressionAttributeValues: { ':branch': branchId, ...(after === undefined ? {} : { ':after': after }) },
      }, limit);
      return items.map(readSummary);
    },

    /** 1 transaction of 3 or 4 items, and one for each event. */
    async addDevice(added, events = []) {
      const failed = await transact(client, [
        { Put: { TableName: table, Item: deviceItem(added), ConditionExpression: 'attribute_not_exists(pk)' } },
        ...claims(table, added),
        ...counted(table, added.branchId, 1, isEnrolled(added)),
        ...told(table, added.id, events),
      ]);
      if (failed.has(0)) throw new WavecastError('conflict', 'The device exists.');
      if (failed.size > 0) throw taken();
    },

    /** 1 transaction of 1 item; where name, serial number, branch or standing change, of up to 7; and one for each event. */
    async replaceDevice(before, after, events = []) {
      const put = {
        TableName: table, Item: deviceItem(after), ConditionExpression: '#revision = :before',
        ExpressionAttributeNames: names('revision'), ExpressionAttributeValues: { ':before': before.revision },
      };
      const failed = await transact(client, [{ Put: put }, ...inStep(table, before, after), ...told(table, after.id, events)]);
      if (failed.has(0)) throw changed();
      if (failed.size > 0) throw taken();
    },
  };
}

/** What else changes with a device: the claims that it gives up and takes, the counters. */
function inStep(table: string, before: Device, after: Device): readonly Action[] {
  const former = before.name === after.name ? [] : [release(table, nameKey(before.name))];
  const formerSerial = before.serialNumber === undefined || before.serialNumber === after.serialNumber ? [] : [release(table, serialKey(before.serialNumber))];
  const { serialNumber, ...withoutSerial } = after;
  const serialIsNew = serialNumber !== undefined && serialNumber !== before.serialNumber;
  const taking = claims(table, serialIsNew ? after : withoutSerial).slice(before.name === after.name ? 1 : 0);
  const moved = before.branchId !== after.branchId;
  const counters = moved
    ? [...counted(table, before.branchId, -1, -isEnrolled(before)), ...counted(table, after.branchId, 1, isEnrolled(after))]
    : counted(table, after.branchId, 0, isEnrolled(after) - isEnrolled(before));
  return [...former, ...formerSerial, ...taking, ...counters];
}

/** The name, and the serial number where there is one: free, or this device's already. */
function claims(table: string, { id, name, serialNumber }: Pick<Device, 'id' | 'name' | 'serialNumber'>): readonly Action[] {
  return [nameKey(name), ...(serialNumber === undefined ? [] : [serialKey(serialNumber)])].map((key) => ({
    Put: {
      TableName: table, Item: { ...key, deviceId: id }, ConditionExpression: 'attribute_not_exists(pk) OR #deviceId = :id',
      ExpressionAttributeNames: names('deviceId'), ExpressionAttributeValues: { ':id': id },
    },
  }));
}

function release(table: string, key: Key): Action {
  return { Delete: { TableName: table, Key: key } };
}

function counted(table: string, branchId: BranchId, devices: number, enrolled: number): readonly Action[] {
  if (devices === 0 && enrolled === 0) return [];
  return [{
    Update: {
      TableName: table, Key: countsKey(branchId), UpdateExpression: 'ADD #devices :devices, #enrolled :enrolled',
      ExpressionAttributeNames: names('devices', 'enrolled'), ExpressionAttributeValues: { ':devices': devices, ':enrolled': enrolled },
    },
  }];
}

function told(table: string, id: DeviceId, events: readonly DeviceEvent[]): readonly Action[] {
  return events.map((event) => ({ Put: { TableName: table, Item: eventItem(id, event) } }));
}

function isEnrolled({ status }: Pick<Device, 'status'>): 0 | 1 {
  return status === 'enrolled' ? 1 : 0;
}

function changed(): WavecastError {
  return new WavecastError('conflict', 'The device has changed meanwhile.', { remedy: 'Read it again and repeat the change.' });
}

function taken(): WavecastError {
  return new WavecastError('conflict', 'Another device has this name or serial number.', { remedy: 'Choose another name, or change the other device first.' });
}
