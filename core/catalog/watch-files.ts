/**
 * A file on the communication server was put, replaced or removed. The event only says where to look: what lies there now
 * decides, so that events may come twice, late and in any order.
 */
import type { Logger } from '../ambient.ts';
import { versionIdOf } from '../ids.ts';
import { isGood, type AppVersion, type PlacementCheck } from './app.ts';
import { COPY_CHECK, copyCheck, FILE_CHECK, fileCheck, UNCHANGED_CHECK } from './placement-checks.ts';
import { incomingKey, packageKey, placedKey } from './placement-keys.ts';
import type { CatalogueStore, FileStore } from './store.ts';

export interface WatchServices {
  readonly catalogue: Pick<CatalogueStore, 'version' | 'movePlacement'>;
  readonly files: Pick<FileStore, 'head'>;
}

/** How often what moves meanwhile is looked at again. */
const ATTEMPTS = 5;

export interface FileEventServices extends WatchServices {
  readonly catalogue: Pick<CatalogueStore, 'version' | 'versionOfFile' | 'movePlacement'>;
  /** Has the version verified, which reads the file. */
  readonly verify: (version: AppVersion) => Promise<void>;
  readonly log: Logger;
}

/** Files that nobody has registered cost one read. */
export async function takeFileEvent(services: FileEventServices, key: string): Promise<void> {
  const place = placedKey(key);
  if (place === undefined) return;
  const version = place.kind === 'incoming' ? await services.catalogue.versionOfFile(place.fileName) : await services.catalogue.version(versionIdOf(place.digest));
  // One that is not verified is being verified, or will be; one that is known to be wrong stays so until then.
  if (version === undefined || !isGood(version.placement)) return;
  const found = await watchVersion(services, version);
  services.log.info('a registered file was placed', { versionId: version.id, found });
  if (found === 'other') await services.verify(version);
}

/**
 * Looks at a verified version's files without reading them. `changed`: one is gone or of another size, and the placement
 * says so now. `other`: placed anew with the same size, so that only its bytes can tell.
 */
export async function watchVersion({ catalogue, files }: WatchServices, seen: AppVersion): Promise<'same' | 'changed' | 'other'> {
  let version: AppVersion | undefined = seen;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // What is known to be wrong stays so until it is verified.
    if (version === undefined || !isGood(version.placement)) return 'changed';
    const [file, copy] = await Promise.all([files.head(incomingKey(version.fileName)), files.head(packageKey(version.digest, version.fileName))]);
    const [first] = [fileCheck(version, file), copyCheck(version, copy)].filter(({ passed }) => !passed);
    if (first === undefined) return file?.etag === version.fileEtag && copy?.etag === version.copyEtag ? 'same' : 'other';
    const { fault = 'mismatched', ...check } = first;
    if (await catalogue.movePlacement(version.id, version.placement, { placement: fault, checks: withCheck(version.checks, check) })) return 'changed';
    version = await catalogue.version(version.id);
  }
  throw new Error('The placement of a version kept changing while its files were looked at.');
}

const ofFile: ReadonlySet<string> = new Set([FILE_CHECK, UNCHANGED_CHECK, COPY_CHECK]);

/** The new finding first, in the place of what was said of the same file. */
function withCheck(checks: readonly PlacementCheck[], check: PlacementCheck): readonly PlacementCheck[] {
  return [check, ...checks.filter(({ name, passed }) => name !== check.name && (passed || !ofFile.has(name)))];
}
