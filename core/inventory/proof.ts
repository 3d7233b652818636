/** What a device's own lists say about an instruction to install or to remove. */
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

/**
 * Of an instruction to remove the app: `removed` where a list of installed apps reported after it has the app no more, and no
 * later word says that it is being put there again. That the device manages it no more proves nothing: a copy may be left.
 */
export function removalEvidenceOf(asked: Pick<Instruction, 'issuedAt'>, { managed, installed }: AppFacts): Evidence | undefined {
  if (installed === undefined || installed.reportedAt < asked.issuedAt || installed.present) return undefined;
  const isBack = managed !== undefined && managed.reportedAt > installed.reportedAt && onDevice.has(managed.status);
  return isBack ? undefined : { to: 'removed' };
}

/** Words of ManagedApplicationList for an app that is on the device, or on its way. */
const onDevice: ReadonlySet<string> = new Set(['Managed', 'Updating', 'ValidatingUpdate', 'PromptingForUpdate', 'UpdateRejected', 'Installing']);

/** Whether the facts could move any instruction at all: where not even the most favourable one is moved, none need be looked for. */
export function mayProve(facts: AppFacts): boolean {
  const { shortVersion = '', version = '' } = facts.installed ?? {};
  const issuedAt = Number.NEGATIVE_INFINITY;
  return evidenceOf({ shortVersion, version, issuedAt }, facts) !== undefined || removalEvidenceOf({ issuedAt }, facts) !== undefined;
}

function isNewer(found: { readonly shortVersion?: string; readonly version?: string }, asked: Asked): boolean {
  const byShort = compareVersions(found.shortVersion ?? '0', asked.shortVersion);
  return byShort > 0 || (byShort === 0 && compareVersions(found.version ?? '0', asked.version) > 0);
}

/** What is known of an app on a device, to tell whether it can be removed. */
export type Holding = 'managed' | 'unmanaged' | 'absent' | 'unknown';

/** By what the device last reported, however long ago. Where the lists differ, the one of installed apps says whether it is there. */
export function holdingOf(facts: AppFacts | undefined): Holding {
  const { managed, installed } = facts ?? {};
  if (installed === undefined) return managed === undefined ? 'unknown' : onDevice.has(managed.status) ? 'managed' : 'absent';
  const isNewer = managed !== undefined && managed.reportedAt > installed.reportedAt;
  if (!installed.present) return isNewer && onDevice.has(managed.status) ? 'managed' : 'absent';
  // Without the other list, or after what it says once, the device is asked to remove it, and tells.
  return managed === undefined || !notManaged.has(managed.status) ? 'managed' : 'unmanaged';
}

const notManaged: ReadonlySet<string> = new Set(['Absent', 'UserInstalledApp', 'ManagementRejected', 'PromptingForManagement']);

/** Whether the device certainly has this version: both lists say so and neither is older than `notBefore`. */
export function hasVersion(facts: AppFacts | undefined, wanted: Pick<Instruction, 'shortVersion' | 'version'>, notBefore: number): boolean {
  if (facts === undefined) return false;
  return evidenceOf({ ...wanted, issuedAt: notBefore }, facts)?.to === 'installed';
}
