import type { AppSettings } from '../../../core/catalog/app-settings.ts';
import { parseBundleId, type BundleId } from '../../../core/ids.ts';
import type { Item, Key } from '../batch.ts';
import { flag, number, optional, record, text, type Read } from '../read.ts';
import { appPartition } from './catalogue.ts';
import { readPlain } from './plain.ts';

export function settingsKey(bundleId: BundleId): Key {
  return { pk: appPartition(bundleId), sk: 'settings' };
}

export function settingsItem({ attributes, configuration, ...settings }: AppSettings): Item {
  return {
    ...settingsKey(settings.bundleId), ...settings,
    ...(attributes === undefined ? {} : { attributes: JSON.stringify(attributes) }), ...(configuration === undefined ? {} : { configuration: JSON.stringify(configuration) }),
  };
}

export const readSettings: Read<AppSettings> = record({
  bundleId: parseBundleId, removeWithManagement: flag, preventBackup: flag, attributes: optional(readPlain), configuration: optional(readPlain),
  revision: number, changedAt: optional(number), changedBy: optional(text),
});
