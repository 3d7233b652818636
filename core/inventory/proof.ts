/** What a device's own lists say about an install instruction. */
import { compareVersions } from '../catalog/version-order.ts';
import type { Instruction, InstructionState, Reason } from '../instruction/instruction.ts';
import { reason } from '../instruction/reasons.ts';
import type { AppFacts } from './inventory.ts';

export interface Evidence {
  readonly to: InstructionState;
  readonly reason?: Reason;
  readonly cannotRunYet?: boolean;
}

type Asked = Pick<Instruction, 'shortVersion' | 'version' | 'issuedAt'>;

/**
 * The state that the facts prove, or undefined where they prove nothing. Only what was reported after the instruction
 * counts. Installed needs both lists: Managed, and exactly this version, and not being installed. Absence proves nothing.
 */
export function evidenceOf(asked: Asked, facts: AppFacts): Evidence | undefined {
  const managed = facts.managed !== undefined && facts.managed.reportedAt >= asked.issuedAt ? facts.managed : undefined;
  const installed = facts.installed !== undefined && facts.installed.reportedAt >= asked.issuedAt ? facts.installed : undefined;
  switch (managed?.status) {
    case 'UserRejected':
      return { to: 'rejected', reason: reason('user-rejected') };
    case 'UpdateRejected':
      return { to: 'rejected', reason: reason('update-rejected') };
    case 'ManagementRejected':
      return { to: 'rejected', reason: reason('management-rejected') };
    case 'Failed':
      return { to: 'failed', reason: reason('install-failed') };
    case 'UserInstalledApp':
      return { to: 'failed', reason: reason('user-installed') };
    case 'Installing':
    case 'Updating':
      return { to: 'installing' };
    case 'Managed': {
      if (installed?.present !== true || installed.installing === true) return undefined;
      if (installed.shortVersion === asked.shortVersion && installed.version === asked.version) {
        const cannotRunYet = managed.isValidated === false || installed.isValidated === false;
        return { to: 'installed', ...(cannotRunYet ? { cannotRunYet } : {}) };
      }
      return isNewer(installed, asked) ? { to: 'superseded', reason: reason('newer-installed') } : undefined;
    }
    default:
      return undefined;
  }
}

/** Whether the facts could move any instruction at all: where not even the most favourable one is moved, none need be looked for. */
export function mayProve(facts: AppFacts): boolean {
  const { shortVersion = '', version = '' } = facts.installed ?? {};
  return evidenceOf({ shortVersion, version, issuedAt: Number.NEGATIVE_INFINITY }, facts) !== undefined;
}

function isNewer(found: { readonly shortVersion?: string; readonly version?: string }, asked: Asked): boolean {
  const byShort = compareVersions(found.shortVersion ?? '0', asked.shortVersion);
  return byShort > 0 || (byShort === 0 && compareVersions(found.version ?? '0', asked.version) > 0);
}

/** Whether the device certainly has this version: both lists say so and neither is older than `notBefore`. */
export function hasVersion(facts: AppFacts | undefined, wanted: Pick<Instruction, 'shortVersion' | 'version'>, notBefore: number): boolean {
  if (facts === undefined) return false;
  return evidenceOf({ ...wanted, issuedAt: notBefore }, facts)?.to === 'installed';
}
