/** Apps, their versions, and registrations under way. */
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { App, AppVersion } from '../../core/catalog/app.ts';
import type { CatalogueStore, PlacementChange } from '../../core/catalog/store.ts';
import { WavecastError } from '../../core/errors.ts';
import type { VersionId } from '../../core/ids.ts';
import { batchGet } from './batch.ts';
import { appKey, appPartition, APPS, claimKey, fileKey, LISTED, listedKey, readApp, readRegistration, readRenewedProfile, readVersion, readVersionPointer, registrationItem, registrationKey, renewedProfileKey, versionKey } from './codec/catalogue.ts';
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

    /** 1 read, 1 transaction of 5 items. */
    async putVersion(app, offered) {
      const failedClaim = await retried(async () => {
        const known = await version(offered.id);
        const failed = await transact(client, [
          claimAction(table, offered), appAction(table, app), { Put: { TableName: table, Item: { ...fileKey(offered.fileName), versionId: offered.id } } },
          ...(known === undefined ? newVersion(table, offered) : placedAgain(table, known, offered)),
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
    async movePlacement(id, from, to) {
      return (await conditionally(() => client.send(new UpdateCommand(versionUpdate(table, id, to, from))))) !== undefined;
    },

    /** 1 read, and 1 more where the name is registered. */
    async versionOfFile(fileName) {
      const pointer = await getItem(catalogue, fileKey(fileName));
      const found = pointer === undefined ? undefined : await version(readVersionPointer(pointer).versionId);
      return found?.fileName === fileName ? found : undefined;
    },

    /** 1 write; 1 read where it was withdrawn before. */
    async withdraw(id, withdrawal) {
      const answer = await conditionally(() => client.send(new UpdateCommand({
        TableName: table, Key: versionKey(id), ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#withdrawn)',
        UpdateExpression: 'SET #withdrawn = :withdrawal, #placement = :missing, #checks = :none', ReturnValues: 'ALL_NEW',
        ExpressionAttributeNames: names('withdrawn', 'placement', 'checks'), ExpressionAttributeValues: { ':withdrawal': withdrawal, ':missing': 'missing', ':none': [] },
      })));
      const withdrawn = answer === undefined ? await version(id) : readVersion(answer.Attributes);
      if (withdrawn === undefined) throw new WavecastError('not-found', 'No version has this id.');
      return withdrawn;
    },

    /** 1 transaction of 2 items. */
    async deleteVersion(offered, deletion) {
      const failed = await transact(client, [
        {
          Update: {
            TableName: table, Key: versionKey(offered.id), ConditionExpression: 'attribute_exists(#withdrawn)', UpdateExpression: 'SET #deleted = if_not_exists(#deleted, :deletion)',
            ExpressionAttributeNames: names('withdrawn', 'deleted'), ExpressionAttributeValues: { ':deletion': deletion },
          },
        },
        { Delete: { TableName: table, Key: listedKey(offered) } },
      ]);
      if (failed.size > 0) throw new WavecastError('conflict', 'The version is not withdrawn.', { remedy: 'Withdraw it first.' });
    },

    /** 1 transaction of 2 items. */
    async deleteApp(bundleId) {
      await transact(client, [appKey(bundleId), settingsKey(bundleId)].map((Key) => ({ Delete: { TableName: table, Key } })));
    },

    /** 1 transaction of 2 items. */
    async renew(before, after, profile) {
      const failed = await transact(client, [
        { Update: renewalUpdate(table, before, after) },
        { Put: { TableName: table, Item: { ...renewedProfileKey(before.id, after.renewal.uuid), profile } } },
      ]);
      if (failed.size > 0) throw new WavecastError('conflict', 'The version has changed meanwhile.', { remedy: 'Look at it again, and repeat the renewal.' });
    },

    /** 1 read. */
    async renewedProfile(id, uuid) {
      const item = await getItem(catalogue, renewedProfileKey(id, uuid));
      return item === undefined ? undefined : readRenewedProfile(item).profile;
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

/** Who registers a build again takes a withdrawal back. It is listed where it was. */
function placedAgain(table: string, known: AppVersion, { id, fileName, fileEtag, copyEtag }: AppVersion): readonly Action[] {
  const update = versionUpdate(table, id, { fileName, fileEtag, copyEtag });
  return [
    { Update: { ...update, UpdateExpression: `${update.UpdateExpression ?? ''} REMOVE #withdrawn, #deleted`, ExpressionAttributeNames: { ...update.ExpressionAttributeNames, ...names('withdrawn', 'deleted') } } },
    { Put: { TableName: table, Item: { ...listedKey(known), versionId: id } } },
  ];
}

function renewalUpdate(table: string, before: AppVersion, { profiles, profileExpiresAt, provisionedDevices, renewal }: AppVersion): NonNullable<Action['Update']> {
  return {
    TableName: table, Key: versionKey(before.id), ConditionExpression: '#profileExpiresAt = :before AND attribute_not_exists(#withdrawn)',
    UpdateExpression: `SET #profileExpiresAt = :end, #provisionedDevices = :devices, #renewal = :renewal${profiles === undefined ? '' : ', #profiles = :profiles'}`,
    ExpressionAttributeNames: names('profileExpiresAt', 'withdrawn', 'provisionedDevices', 'renewal', ...(profiles === undefined ? [] : ['profiles'])),
    ExpressionAttributeValues: { ':before': before.profileExpiresAt, ':end': profileExpiresAt, ':devices': provisionedDevices, ':renewal': renewal, ...(profiles === undefined ? {} : { ':profiles': profiles }) },
  };
}

type VersionChange = Partial<PlacementChange & Pick<AppVersion, 'fileName'>>;

/** Sets what `change` has; where `from` is given, if the placement is that and the version is not withdrawn. */
function versionUpdate(table: string, id: VersionId, change: { readonly [K in keyof VersionChange]?: VersionChange[K] | undefined }, from?: AppVersion['placement']): NonNullable<Action['Update']> {
  const values = Object.entries(change).filter(([, value]) => value !== undefined);
  return {
    TableName: table, Key: versionKey(id), ConditionExpression: from === undefined ? 'attribute_exists(pk)' : '#placement = :from AND attribute_not_exists(#withdrawn)',
    UpdateExpression: `SET ${values.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    ExpressionAttributeNames: names(...values.map(([name]) => name), ...(from === undefined ? [] : ['placement', 'withdrawn'])),
    ExpressionAttributeValues: { ...Object.fromEntries(values.map(([name, value]) => [`:${name}`, value])), ...(from === undefined ? {} : { ':from': from }) },
  };
}
