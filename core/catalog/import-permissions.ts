/**
 * The list of permissions replaced by a file. What the file has is granted first, portion by portion, each permission marked
 * with the import; then what is in the import's scope and has another mark is taken away. So nobody loses meanwhile what the file
 * gives, and after an interruption the same file does the rest. One import at a time: two would take away each other's.
 */
import { atMost } from '../at-once.ts';
import { MINUTE, type Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { BundleId, DeviceId } from '../ids.ts';
import type { ImportMode, KeptPermission, Permission, SelfServiceStore } from './self-service.ts';

/** How long an import has the list after each of its steps. */
const PATIENCE = 5 * MINUTE;
/** Permissions that are read together, and at most taken away together. */
const PAGE = 1_000;
/** Permissions that one step looks at: some seconds. */
const MOST_LOOKED_AT = 10_000;
const DEVICES_AT_ONCE = 8;

export interface ImportPermissionServices {
  readonly selfService: SelfServiceStore;
}

/** One import by one person. */
export interface PermissionImport {
  readonly importId: string;
  readonly by: string;
}

/** Whether it may begin (`begins`) or go on: nothing is written. Throws `conflict`. */
export async function checkImport({ selfService }: ImportPermissionServices, { importId, by }: PermissionImport, begins: boolean, now: Instant): Promise<void> {
  const held = await selfService.importUnderWay();
  if (begins ? held !== undefined && held.until > now && held.by !== by : held?.importId !== importId) throw begins ? otherUnderWay() : overtaken();
}

/** The list is this import's for some minutes. Throws `conflict`. */
export async function holdImport({ selfService }: ImportPermissionServices, { importId, by }: PermissionImport, begins: boolean, now: Instant): Promise<void> {
  const until = now + PATIENCE;
  if (!(begins ? await selfService.beginImport(importId, by, now, until) : await selfService.keepImport(importId, by, until))) throw begins ? otherUnderWay() : overtaken();
}

function otherUnderWay(): WavecastError {
  return new WavecastError('conflict', 'Another person\'s import of permissions is under way.', { remedy: 'Wait until it is done, or five minutes after its last step, and import the file again.' });
}

function overtaken(): WavecastError {
  return new WavecastError('conflict', 'This import is over: another one has begun, or it never did.', { remedy: 'Import the file again, once the other one is done.' });
}

/** What an import replaces, of what it has not granted itself. `apps` and `devices` count in their modes alone. */
export interface ImportScope {
  readonly mode: ImportMode;
  readonly apps: readonly BundleId[];
  readonly devices: readonly DeviceId[];
}

/**
 * Takes away what the file does not have, a bounded number at a time: `next` is where to go on, absent at the end. `tell` hears
 * of what is taken away before it is. Throws `conflict` where another import has begun meanwhile.
 */
export async function removeOthers(services: ImportPermissionServices, of: PermissionImport, scope: ImportScope, after: string | undefined, now: Instant, tell: (removed: readonly Permission[]) => Promise<void>): Promise<{ readonly removed: number; readonly next?: string }> {
  const { selfService } = services;
  const remove = async (found: readonly KeptPermission[]): Promise<number> => {
    const others = found.filter((permission) => permission.importId !== of.importId);
    for (let first = 0; first < others.length; first += PAGE) {
      const some = others.slice(first, first + PAGE);
      await tell(some);
      await holdImport(services, of, false, now);
      await selfService.revoke(some);
    }
    return others.length;
  };
  if (scope.mode === 'device') {
    const kept = await atMost(DEVICES_AT_ONCE, scope.devices, (deviceId) => selfService.permissionsOfDevice(deviceId));
    return { removed: await remove(kept.flat()) };
  }
  const apps = scope.mode === 'all' ? await selfService.permittedApps() : [...new Set(scope.apps)].sort();
  const [from, place] = readPlace(after);
  let removed = 0;
  let looked = 0;
  for (const bundleId of apps.filter((each) => each >= from)) {
    for (let next = bundleId === from ? place : undefined, first = true; first || next !== undefined; first = false) {
      if (looked >= MOST_LOOKED_AT) return { removed, next: `${bundleId}#${next ?? ''}` };
      const page = await selfService.permissionsOfApp(bundleId, next, PAGE);
      removed += await remove(page.items);
      looked += page.items.length;
      next = page.next;
    }
  }
  return { removed };
}

/** The app to go on with, and the place in its list; no package name has a `#`. */
function readPlace(after: string | undefined): readonly [app: string, place: string | undefined] {
  if (after === undefined) return ['', undefined];
  const [app = '', ...rest] = after.split('#');
  const place = rest.join('#');
  return [app, place === '' ? undefined : place];
}
