/** Apps, their versions, and registrations under way. */
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { App, AppVersion } from '../../core/catalog/app.ts';
import type { CatalogueStore } from '../../core/catalog/store.ts';
import { WavecastError } from '../../core/errors.ts';
import type { VersionId } from '../../core/ids.ts';
import { batchGet } from './batch.ts';
import { appKey, appPartition, APPS, claimKey, LISTED, listedKey, readApp, readRegistration, readVersion, readVersionPointer, registrationItem, registrationKey, versionKey } from './codec/catalogue.ts';
import { readSettings, settingsItem, settingsKey } from './codec/app-settings.ts';
import type { Table } from './document-client.ts';
import { getItem, queryPartition } from './query.ts';
import { retried } from './retry.ts';
import { conditionally, names, putKnowingly, transact, type Action } from './transaction.ts';

export function createCatalogueStore(catalogue: Table): CatalogueStore {
  const { client, table } = catalogue;
  const version = async (id: VersionId): Promise<AppVersion | undefined> => {
    const item = await getItem(catalogue, versionKey(id));
    return item === undefined ? undefined : readVersion(item);
  };

  return {
    /** 1 query. */
    async apps() {
      return (await queryPartition(catalogue, APPS)).map(readApp);
    },

    /** 1 read. */
    async app(bundleId) {
      const item = await getItem(catalogue, appKey(bundleId));
      return item === undefined ? undefined : readApp(item);
    },

    /** 1 read. */
    version,

    /** 1 query and 1 call per 100 versions. */
    async versionsOf(bundleId) {
      const ids = (await queryPartition(catalogue, appPartition(bundleId), LISTED)).map((item) => readVersionPointer(item).versionId);
      const versions = (await batchGet(catalogue, ids.map(versionKey))).map(readVersion);
      return versions.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
    },

    /** 1 read, 1 transaction of 3 or 4 items. */
    async putVersion(app, offered) {
      const failedClaim = await retried(async () => {
        const known = (await version(offered.id)) !== undefined;
        const failed = await transact(client, [
          claimAction(table, offered), appAction(table, app),
          ...(known ? [{ Update: placementUpdate(table, offered.id, offered.placement, offered.checks, offered.verifiedAt) }] : newVersion(table, offered)),
        ]);
        if (failed.has(0)) return true;
        // Another registration of the same file was quicker: theirs is there now.
        return failed.size === 0 ? false : 'again';
      });
      if (failedClaim) {
        throw new WavecastError('conflict', `Another build of ${offered.bundleId} with version ${offered.shortVersion} (${offered.version}) is registered.`, {
          remedy: 'Raise CFBundleVersion and build again: two builds with the same versions could not be told apart on a device.',
        });
      }
    },

    /** 1 write. */
    async setPlacement(id, placement, checks, verifiedAt) {
      const done = await conditionally(() => client.send(new UpdateCommand(placementUpdate(table, id, placement, checks, verifiedAt))));
      if (done === undefined) throw new WavecastError('not-found', 'No version has this id.');
    },

    /** 1 read. */
    async settings(bundleId) {
      const item = await getItem(catalogue, settingsKey(bundleId));
      return item === undefined ? undefined : readSettings(item);
    },

    /** 1 transaction of 1 item, for its token. */
    async putSettings(settings) {
      const first = settings.revision === 1;
      const put = await putKnowingly(client, {
        TableName: table, Item: settingsItem(settings), ConditionExpression: first ? 'attribute_not_exists(pk)' : '#revision = :before',
        ...(first ? {} : { ExpressionAttributeNames: names('revision'), ExpressionAttributeValues: { ':before': settings.revision - 1 } }),
      });
      if (!put) throw new WavecastError('conflict', 'The settings have changed meanwhile.', { remedy: 'Read them again, and repeat the change.' });
    },

    /** 1 read. */
    async registration(id) {
      const item = await getItem(catalogue, registrationKey(id));
      return item === undefined ? undefined : readRegistration(item);
    },

    /** 1 write. */
    async putRegistration(registration) {
      await client.send(new PutCommand({ TableName: table, Item: registrationItem(registration) }));
    },
  };
}

function claimAction(table: string, version: AppVersion): Action {
  return {
    Put: {
      TableName: table, Item: { ...claimKey(version), versionId: version.id }, ConditionExpression: 'attribute_not_exists(pk) OR #versionId = :id',
      ExpressionAttributeNames: names('versionId'), ExpressionAttributeValues: { ':id': version.id },
    },
  };
}

function appAction(table: string, app: App): Action {
  return {
    Update: {
      TableName: table, Key: appKey(app.bundleId),
      UpdateExpression: 'SET #bundleId = :bundleId, #title = :title, #description = :description, #createdAt = if_not_exists(#createdAt, :createdAt)',
      ExpressionAttributeNames: names('bundleId', 'title', 'description', 'createdAt'),
      ExpressionAttributeValues: { ':bundleId': app.bundleId, ':title': app.title, ':description': app.description, ':createdAt': app.createdAt },
    },
  };
}

function newVersion(table: string, version: AppVersion): readonly Action[] {
  return [
    { Put: { TableName: table, Item: { ...versionKey(version.id), ...version }, ConditionExpression: 'attribute_not_exists(pk)' } },
    { Put: { TableName: table, Item: { ...listedKey(version), versionId: version.id } } },
  ];
}

function placementUpdate(table: string, id: VersionId, placement: AppVersion['placement'], checks: AppVersion['checks'], verifiedAt: number | undefined): NonNullable<Action['Update']> {
  return {
    TableName: table, Key: versionKey(id), ConditionExpression: 'attribute_exists(pk)',
    UpdateExpression: `SET #placement = :placement, #checks = :checks${verifiedAt === undefined ? '' : ', #verifiedAt = :at'}`,
    ExpressionAttributeNames: names('placement', 'checks', ...(verifiedAt === undefined ? [] : ['verifiedAt'])),
    ExpressionAttributeValues: { ':placement': placement, ':checks': checks, ...(verifiedAt === undefined ? {} : { ':at': verifiedAt }) },
  };
}
