/** Devices. A name and a serial number are items of their own, which makes them unique and leads from them to the device. */
import type { Device } from '../../core/device/device.ts';
import type { DeviceStore } from '../../core/device/store.ts';
import type { DeviceEvent } from '../../core/device/timeline.ts';
import { WavecastError } from '../../core/errors.ts';
import type { DeviceId, Sha256 } from '../../core/ids.ts';
import { deviceItem, deviceKey } from './codec/device.ts';
import { eventItem } from './codec/device-event.ts';
import { certificateKey, enrolmentKey } from './codec/enrolment.ts';
import { claimActions } from './device-claims.ts';
import { createDeviceReads } from './device-reads.ts';
import type { Table } from './document-client.ts';
import { names, transact, type Action } from './transaction.ts';

export function createDeviceStore(devices: Table): DeviceStore {
  const { client, table } = devices;
  /** The first `own` actions are the records': what fails there has changed; what fails behind them is another's. */
  const carryOut = async (own: readonly Action[], rest: readonly Action[], refused: () => WavecastError): Promise<void> => {
    const failed = await transact(client, [...own, ...rest]);
    if (failed.size > 0) throw [...failed].some((index) => index < own.length) ? refused() : taken();
  };

  return {
    ...createDeviceReads(devices),

    /** 1 transaction of 3 to 6 items, and one for each event. */
    async addDevice(added, events = []) {
      const put = { Put: { TableName: table, Item: deviceItem(added), ConditionExpression: 'attribute_not_exists(pk)' } };
      await carryOut([put], [...claimActions(table, [], [added]), ...told(table, added.id, events)], () => new WavecastError('conflict', 'The device exists.'));
    },

    /** 1 transaction of 1 item; one more for each of name, display name, serial number, UDID, branch and standing that changes (two where it is given back), and for each event. */
    async replaceDevice(before, after, events = []) {
      await carryOut([replacing(table, before, after)], [...claimActions(table, [before], [after]), ...told(table, after.id, events)], changed);
    },

    /** 1 transaction of up to 10 items, and one for each event. */
    async mergeDevice(gone, before, after, events) {
      await carryOut([replacing(table, before, after), removing(table, gone)], [...claimActions(table, [gone, before], [after]), ...told(table, after.id, events)], changed);
    },

    /** 1 transaction of up to 8 items, and one for each event. */
    async removeDevice(device, enrolment, events) {
      const speaking = enrolment === undefined ? [] : [
        { Delete: { TableName: table, Key: enrolmentKey(enrolment.id) } },
        ...(enrolment.certificate === undefined ? [] : [revoking(table, enrolment.certificate)]),
      ];
      await carryOut([removing(table, device)], [...speaking, ...claimActions(table, [device], []), ...told(table, device.id, events)], changed);
    },
  };
}

function replacing(table: string, before: Device, after: Device): Action {
  return {
    Put: {
      TableName: table, Item: deviceItem(after), ConditionExpression: '#revision = :before',
      ExpressionAttributeNames: names('revision'), ExpressionAttributeValues: { ':before': before.revision },
    },
  };
}

function removing(table: string, { id, revision }: Device): Action {
  return {
    Delete: {
      TableName: table, Key: deviceKey(id), ConditionExpression: '#revision = :before',
      ExpressionAttributeNames: names('revision'), ExpressionAttributeValues: { ':before': revision },
    },
  };
}

function revoking(table: string, fingerprint: Sha256): Action {
  return { Update: { TableName: table, Key: certificateKey(fingerprint), UpdateExpression: 'SET #revoked = :yes', ExpressionAttributeNames: names('revoked'), ExpressionAttributeValues: { ':yes': true } } };
}

function told(table: string, id: DeviceId, events: readonly DeviceEvent[]): readonly Action[] {
  return events.map((event) => ({ Put: { TableName: table, Item: eventItem(id, event) } }));
}

function changed(): WavecastError {
  return new WavecastError('conflict', 'The device has changed meanwhile.', { remedy: 'Read it again and repeat the change.' });
}

function taken(): WavecastError {
  return new WavecastError('conflict', 'Another device has this name or serial number.', { remedy: 'Choose another name, or change the other device first.' });
}
