/** Whether a device gets its manifest now, and what it holds. */
import { DAY, type Instant, type Logger } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { BranchStore } from '../device/store.ts';
import type { DeviceId, VersionId, WaveId } from '../ids.ts';
import type { Instruction } from '../instruction/instruction.ts';
import type { InstructionStore } from '../instruction/store.ts';
import type { App, AppVersion } from './app.ts';
import { iconKey } from './package-icon.ts';
import { packageKey } from './placement-keys.ts';
import type { CatalogueStore, PackageLinks } from './store.ts';

export interface DeliveryServices {
  readonly instructions: Pick<InstructionStore, 'instruction' | 'noteManifest'>;
  readonly catalogue: Pick<CatalogueStore, 'version' | 'app'>;
  readonly branches: Pick<BranchStore, 'branch'>;
  readonly links: PackageLinks;
  readonly log: Logger;
}

/** Links outlive the deadline by this: a prompt may be answered late, a download resumed. */
export const LINK_GRACE = 7 * DAY;

export interface ManifestFacts {
  readonly version: AppVersion;
  readonly app: App | undefined;
  readonly packageUrl: string;
  /** Addresses of its icon, 57 and 512 pixels wide; absent where it has none. */
  readonly displayImageUrl?: string;
  readonly fullSizeImageUrl?: string;
}

/**
 * `fetch`: the device gets the manifest itself, which its instruction keeps; `look`: the headers alone (HEAD).
 * Throws `not-found` for what is not (or no longer) to be had, without saying why; `throttled` while the branch's brake is
 * on, or the version's file is not the one that was registered.
 */
export async function serveManifest(services: DeliveryServices, link: { readonly waveId: WaveId; readonly deviceId: DeviceId }, asked: 'fetch' | 'look', now: Instant): Promise<ManifestFacts> {
  const instruction = await services.instructions.instruction(link.waveId, link.deviceId);
  if (instruction === undefined || instruction.kind !== 'install') throw nothingHere();
  const expiresAt = instruction.deadline + LINK_GRACE;
  if (now >= expiresAt || instruction.state === 'cancelled' || instruction.state === 'superseded' || instruction.state === 'skipped') throw nothingHere();
  const [version, app, branch] = await Promise.all([services.catalogue.version(instruction.versionId), services.catalogue.app(instruction.bundleId), services.branches.branch(instruction.branchId)]);
  if (version === undefined || version.withdrawn !== undefined) throw nothingHere();
  if (branch?.brake === true) throw new WavecastError('throttled', 'Packages are not served to this branch now.', { remedy: 'Try again later.' });
  // It may be put right: then whoever tries again later gets it.
  if (version.placement === 'mismatched' || version.placement === 'missing') throw new WavecastError('throttled', 'The package is not served now.', { remedy: 'Try again later.' });
  const addresses = await addressesOf(version, (key) => services.links.packageLink(key, expiresAt, { ...link, branchId: instruction.branchId }));
  if (asked === 'fetch') await note(services, instruction, now);
  return { version, app, ...addresses };
}

/** The first time. That it cannot be written down is no reason to withhold a manifest: the device would fail by it. */
async function note({ instructions, log }: DeliveryServices, { waveId, deviceId, manifestAt }: Instruction, now: Instant): Promise<void> {
  if (manifestAt !== undefined) return;
  try {
    await instructions.noteManifest({ waveId, deviceId }, now);
  } catch (error) {
    log.warn('that a manifest was fetched is not noted', { waveId, deviceId, error: error instanceof Error ? error.name : 'unknown' });
  }
}

/** For whoever verifies a placement: the same, whatever the placement is said to be. Throws `not-found` likewise. */
export async function serveVerifier(services: Pick<DeliveryServices, 'catalogue' | 'links'>, link: { readonly versionId: VersionId; readonly expiresAt: Instant }, now: Instant): Promise<ManifestFacts> {
  const version = now >= link.expiresAt ? undefined : await services.catalogue.version(link.versionId);
  if (version === undefined || version.withdrawn !== undefined) throw nothingHere();
  const app = await services.catalogue.app(version.bundleId);
  return { version, app, ...await addressesOf(version, (key) => services.links.packageLink(key, link.expiresAt)) };
}

async function addressesOf({ digest, fileName, iconWidth }: AppVersion, linkTo: (key: string) => Promise<string>): Promise<Omit<ManifestFacts, 'version' | 'app'>> {
  return {
    packageUrl: await linkTo(packageKey(digest, fileName)),
    ...(iconWidth === undefined ? {} : { displayImageUrl: await linkTo(iconKey(digest, '57')), fullSizeImageUrl: await linkTo(iconKey(digest, '512')) }),
  };
}

function nothingHere(): WavecastError {
  return new WavecastError('not-found', 'There is nothing here.');
}
