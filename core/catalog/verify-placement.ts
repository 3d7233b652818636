/** Verifies a placement: what lies there, and what the world sees of it. The end is written to the version; it may repeat. */
import { HOUR, type Instant, type Logger } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { Sha256, VersionId } from '../ids.ts';
import { isGood, type AppVersion, type PlacementCheck, type PlacementState } from './app.ts';
import type { OutsideView } from './outside-view.ts';
import { judgePlacement, type InsideView, type KeptFile } from './placement-checks.ts';
import { CHUNK_SIZE, incomingKey, packageKey } from './placement-keys.ts';
import type { CatalogueStore, FileStore } from './store.ts';
import { watchVersion } from './watch-files.ts';

export interface VerifyServices {
  readonly catalogue: Pick<CatalogueStore, 'app' | 'version' | 'movePlacement'>;
  readonly files: Pick<FileStore, 'head' | 'stream'>;
  readonly digest: (bytes: AsyncIterable<Uint8Array>, chunkSize: number) => Promise<{ readonly whole: Sha256; readonly size: number }>;
  /** The address of the version's manifest, for whoever verifies it, good until `expiresAt`. */
  readonly manifestUrl: (versionId: VersionId, expiresAt: Instant) => Promise<string>;
  /** Has the function look that knows nothing but this address. */
  readonly look: (manifestUrl: string) => Promise<OutsideView>;
  readonly log: Logger;
}

export interface Verification {
  readonly placement: PlacementState;
  readonly checks: readonly PlacementCheck[];
}

/** Longer than a function may run: the last byte of the largest file is fetched by the same link as the first. */
const LINK_LIFE = HOUR;
/** How often what moves meanwhile is looked at again. */
const ATTEMPTS = 5;

/** Throws `not-found` where there is no such version, `conflict` where it is withdrawn. */
export async function verifyPlacement(services: VerifyServices, id: VersionId, now: () => Instant): Promise<Verification> {
  const version = await found(services, id);
  const { inside, etags } = await lookInside(services, version);
  const linkUntil = now() + LINK_LIFE;
  const view = await services.look(await services.manifestUrl(id, linkUntil));
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // A test device may have proven it meanwhile, an event told of another file: the end is one of that state.
    const current = await found(services, id);
    const app = await services.catalogue.app(current.bundleId);
    const { checks, placement } = judgePlacement({ version: current, title: app?.title ?? current.title, linkUntil }, inside, view, now());
    const passed = isGood(placement);
    if (!(await services.catalogue.movePlacement(id, current.placement, { placement, checks, ...(passed ? { ...etags, verifiedAt: now() } : {}) }))) continue;
    services.log.info('placement verified', { versionId: id, placement, failed: checks.filter((check) => !check.passed).length });
    if (!passed) return { checks, placement };
    // Whatever was exchanged while all this was read is seen now; what is exchanged later tells by its own event.
    const after = await watchVersion(services, { ...current, ...etags, placement, checks });
    return after === 'changed' ? standing(await found(services, id)) : { checks, placement };
  }
  throw new Error('The placement of a version kept changing while it was verified.');
}

function standing({ placement, checks }: AppVersion): Verification {
  return { placement, checks };
}

async function found({ catalogue }: VerifyServices, id: VersionId): Promise<AppVersion> {
  const version = await catalogue.version(id);
  if (version === undefined) throw new WavecastError('not-found', 'No version has this id.', { remedy: 'Use an id that `wavecast app show` prints.' });
  if (version.withdrawn !== undefined) throw withdrawnError(version);
  return version;
}

/** A version that is withdrawn has no placement to verify. */
export function withdrawnError({ shortVersion, version, fileName }: AppVersion): WavecastError {
  return new WavecastError('conflict', `Version ${shortVersion} (${version}) is withdrawn.`, { remedy: `Register "${fileName}" again to take the withdrawal back: that verifies it, too.` });
}

/** By what the files are known again, as long as nobody places them anew. */
type Etags = Pick<AppVersion, 'fileEtag' | 'copyEtag'>;

async function lookInside({ files, digest }: VerifyServices, version: AppVersion): Promise<{ readonly inside: InsideView; readonly etags: Etags }> {
  const key = incomingKey(version.fileName);
  const [file, copy] = await Promise.all([files.head(key), files.head(packageKey(version.digest, version.fileName))]);
  const etags = { ...(file === undefined ? {} : { fileEtag: file.etag }), ...(copy === undefined ? {} : { copyEtag: copy.etag }) };
  const inside = { ...(copy === undefined ? {} : { copy: { size: copy.size } }) };
  if (file === undefined) return { inside, etags };
  const kept: KeptFile = file.etag === version.fileEtag || file.size !== version.size
    ? { size: file.size }
    // Of the right size and placed anew: the bytes alone say whether it is the same file.
    : { size: file.size, digest: (await digest(files.stream(key, file), CHUNK_SIZE)).whole };
  return { inside: { ...inside, file: kept }, etags };
}
