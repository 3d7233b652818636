/** A queued command as it goes to the device. Links and challenges are made here: no secret waits in a queue. */
import type { AppSettings } from '../core/catalog/app-settings.ts';
import { managementFlags } from '../core/catalog/app-settings.ts';
import { WavecastError } from '../core/errors.ts';
import type { BundleId, EnrolmentId } from '../core/ids.ts';
import type { QueuedCommand } from '../core/instruction/instruction.ts';
import { DEVICE_QUERIES, organisationInfo, removeApplication, type WireCommand } from '../protocol/command.ts';
import { syncTokens } from '../protocol/declarations.ts';
import { encodeInstallLink } from '../protocol/install-link.ts';
import { plistOf } from '../protocol/plain-plist.ts';

export interface WireServices {
  /** Of the API, without a slash at the end. */
  readonly apiUrl: string;
  readonly linkKey: () => Promise<Uint8Array>;
  /** How an app is to be installed. */
  readonly settings: (bundleId: BundleId) => Promise<AppSettings>;
  /** The enrolment profile with a challenge for the renewal of this enrolment's identity. */
  readonly renewalProfile: (enrolmentId: EnrolmentId) => Promise<Uint8Array>;
}

export async function wireForm(services: WireServices, { command, waveId, deviceId, enrolmentId }: QueuedCommand): Promise<WireCommand> {
  switch (command.type) {
    case 'install-application': {
      if (waveId === undefined) throw new WavecastError('internal', 'An install command belongs to no wave.');
      const [key, settings] = await Promise.all([services.linkKey(), services.settings(command.bundleId)]);
      const { configuration, attributes } = settings;
      return {
        requestType: 'InstallApplication', manifestUrl: `${services.apiUrl}/d/${encodeInstallLink({ waveId, deviceId }, key)}/manifest.plist`, managementFlags: managementFlags(settings),
        ...(configuration === undefined ? {} : { configuration: plistOf(configuration) }), ...(attributes === undefined ? {} : { attributes: plistOf(attributes) }),
      };
    }
    case 'remove-application':
      return removeApplication(command.bundleId);
    case 'managed-application-list':
      return { requestType: 'ManagedApplicationList', identifiers: command.bundleIds };
    case 'installed-application-list':
      return { requestType: 'InstalledApplicationList', identifiers: command.bundleIds };
    case 'device-information':
      return { requestType: 'DeviceInformation', queries: DEVICE_QUERIES };
    case 'declarative-management':
      return { requestType: 'DeclarativeManagement', data: syncTokens };
    case 'install-profile':
      return { requestType: 'InstallProfile', payload: await services.renewalProfile(enrolmentId) };
    case 'organisation-info':
      return organisationInfo(command.name);
    case 'other':
      return { requestType: 'Other', name: command.requestType, keys: plistOf(command.keys) };
  }
}
