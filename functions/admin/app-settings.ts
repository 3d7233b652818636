import { defaultSettings, type AppSettings } from '../../core/catalog/app-settings.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseBundleId, type BundleId } from '../../core/ids.ts';
import type { PlainDict } from '../../core/instruction/plain-value.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { plainDict, type PlainLimits } from '../../protocol/plain-plist.ts';
import { audit, type Handler } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';

/** It goes to every device that is instructed, and apps read a few settings from it. */
const CONFIGURATION_LIMITS: PlainLimits = { bytes: 32 * 1024, values: 1_000, depth: 10 };

export const getAppSettings: Handler<'getAppSettings'> = async ({ services, id }) => settingsAnswer(await settingsOf(services, parseBundleId(id)));

export const putAppSettings: Handler<'putAppSettings'> = async (call) => {
  const { services, caller, now, body: { revision, attributes, configuration, ...flags } } = call;
  const before = await settingsOf(services, parseBundleId(call.id));
  if (revision !== undefined && revision !== before.revision) throw new WavecastError('conflict', 'The settings have changed meanwhile.', { remedy: 'Read them again, and repeat the change.' });
  const after: AppSettings = {
    bundleId: before.bundleId, ...flags, revision: before.revision + 1, changedAt: now, changedBy: caller.name,
    ...part('attributes', attributes), ...part('configuration', configuration),
  };
  await audit(call, { action: 'app.settings', subject: before.bundleId, before: audited(before), after: audited(after) });
  await services.catalogue.putSettings(after);
  return settingsAnswer(after);
};

/** Throws `not-found` where no app has this package name. */
async function settingsOf({ catalogue }: Pick<AdminServices, 'catalogue'>, bundleId: BundleId): Promise<AppSettings> {
  const [app, settings] = await Promise.all([catalogue.app(bundleId), catalogue.settings(bundleId)]);
  if (app === undefined) throw new WavecastError('not-found', `There is no app ${bundleId}.`, { remedy: 'Register it, or name one that `wavecast app list` shows.' });
  return settings ?? defaultSettings(bundleId);
}

function part<K extends 'attributes' | 'configuration'>(name: K, value: unknown): Partial<Record<K, PlainDict>> {
  const found: Partial<Record<K, PlainDict>> = {};
  if (value !== undefined) found[name] = plainDict(value, name, CONFIGURATION_LIMITS);
  return found;
}

/** A configuration may hold what is nobody else's business: its keys tell what was changed. */
function audited({ removeWithManagement, preventBackup, attributes = {}, configuration, revision }: AppSettings): unknown {
  return { removeWithManagement, preventBackup, attributes, configurationKeys: configuration === undefined ? [] : Object.keys(configuration).slice(0, 50), revision };
}

function settingsAnswer(settings: AppSettings): AnswerOf<'getAppSettings'> {
  return settings;
}
