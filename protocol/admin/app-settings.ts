/** How an app is to be on devices, in the administrators' API. */
import * as z from 'zod';
import { instant } from './field.ts';
import { operation } from './operation.ts';

const uuid = z.string().regex(/^[0-9A-Za-z-]{1,64}$/, 'the UUID that the payload has in its profile');
const domain = z.string().regex(/^[a-z]{1,40}:(?:\*\.)?[0-9A-Za-z.-]{1,253}(?:\?mode=[a-z+-]{1,40})?$/, 'service:domain, for example applinks:www.example.com');

/** Apple's own keys of InstallApplication's Attributes. */
const attributes = z.strictObject({
  Removable: z.boolean().optional().meta({ description: 'Whether the user may remove the app; iOS 14.' }),
  Hideable: z.boolean().optional().meta({ description: 'iOS 18.1.' }),
  Lockable: z.boolean().optional().meta({ description: 'iOS 18.1.' }),
  TapToPayScreenLock: z.boolean().optional().meta({ description: 'iOS 16.4.' }),
  VPNUUID: uuid.optional(),
  ContentFilterUUID: uuid.optional().meta({ description: 'iOS 16.' }),
  DNSProxyUUID: uuid.optional().meta({ description: 'iOS 16.' }),
  RelayUUID: uuid.optional().meta({ description: 'iOS 17.' }),
  CellularSliceUUID: z.string().min(1).max(100).optional().meta({ description: 'iOS 17.' }),
  AssociatedDomains: z.array(domain).max(50).optional().meta({ description: 'iOS 13.' }),
  AssociatedDomainsEnableDirectDownloads: z.boolean().optional().meta({ description: 'iOS 14.' }),
}).meta({ id: 'AppAttributes', description: 'Apple\'s Attributes of InstallApplication; a device passes over those that its system does not know.' });

const fields = {
  removeWithManagement: z.boolean().default(true).meta({ description: 'The app goes when the management of the device ends.' }),
  preventBackup: z.boolean().default(true).meta({ description: 'The app\'s data stays out of the device\'s backups.' }),
  attributes: attributes.optional(),
  configuration: z.record(z.string(), z.unknown()).optional().meta({
    description: 'What the app reads under `com.apple.configuration.managed`: texts, numbers, booleans, lists, dictionaries, `{"$data": base64}`, `{"$date": ISO 8601}`; at most 32 KB. Devices keep it in the clear: no place for secrets.',
  }),
};

export const appSettingsRequest = z.strictObject({
  ...fields,
  revision: z.number().int().min(0).optional().meta({ description: 'The revision that is to be replaced: refused where another was quicker. Absent: whatever there is.' }),
}).meta({ id: 'AppSettingsRequest' });
export type AppSettingsRequest = z.infer<typeof appSettingsRequest>;

export const appSettings = z.object({
  bundleId: z.string(),
  ...fields,
  revision: z.number().int().meta({ description: '0: nobody has set anything.' }),
  changedAt: instant.optional(),
  changedBy: z.string().optional(),
}).meta({ id: 'AppSettings' });

export const appSettingsOperations = {
  getAppSettings: operation('apps', 'GET', 'apps/{id}/settings', { summary: 'How an app is installed: what goes with every instruction to install it.', answer: appSettings }),
  putAppSettings: operation('apps', 'PUT', 'apps/{id}/settings', { summary: 'Replaces an app\'s settings. Instructions that devices fetch from a minute later on carry them.', body: appSettingsRequest, answer: appSettings }),
};
