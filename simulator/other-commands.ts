/** What a simulated device answers to commands that nothing in a rollout depends on. */
import type { WireCommand } from '../protocol/command.ts';
import type { PlistDict } from '../protocol/plist.ts';
import { isOurProfile } from '../protocol/profile.ts';

export type OtherCommand = Extract<WireCommand, { requestType: 'Other' }>;

/** A device that obeys it has left. */
export function removesManagement({ name, keys: { Identifier: identifier } }: OtherCommand): boolean {
  return name === 'RemoveProfile' && typeof identifier === 'string' && isOurProfile(identifier);
}

/** The app that is to go. */
export function appToRemove({ name, keys: { Identifier: identifier } }: OtherCommand): string | undefined {
  return name === 'RemoveApplication' && typeof identifier === 'string' ? identifier : undefined;
}

/** What the answer says where nothing on the device changes by it. */
export function obeyOther({ name, keys }: OtherCommand): PlistDict {
  switch (name) {
    case 'Settings': {
      const { Settings: items } = keys;
      return { Status: 'Acknowledged', Settings: Array.isArray(items) ? items.map(() => ({ Status: 'Acknowledged' })) : [] };
    }
    case 'ProfileList':
      return { Status: 'Acknowledged', ProfileList: [] };
    case 'ValidateApplications':
    case 'InstallProvisioningProfile':
      return { Status: 'Acknowledged' };
    default:
      return failure('MCMDMErrorDomain', 12021, `"${name}" is not a valid request type.`);
  }
}

export function failure(domain: string, code: number, words: string): PlistDict {
  return { Status: 'Error', ErrorChain: [{ ErrorDomain: domain, ErrorCode: code, LocalizedDescription: words, USEnglishDescription: words }] };
}
