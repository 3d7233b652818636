/** Taking a version back: nobody is instructed any more, its links are dead, its file is gone; what was, stays on record. */
import { DAY, type Instant } from '../ambient.ts';
import { WavecastError } from '../errors.ts';
import type { AppVersion, Withdrawal } from './app.ts';
import type { EdgeGate } from './edge-gate.ts';
import { incomingKey, placeOfPackage } from './placement-keys.ts';
import type { CatalogueStore, FileStore } from './store.ts';
import { isGoing, type PlanUse } from './version-use.ts';

export interface WithdrawServices {
  readonly catalogue: Pick<CatalogueStore, 'withdraw' | 'versionsOf'>;
  readonly gate: Pick<EdgeGate, 'close'>;
  readonly files: Pick<FileStore, 'head' | 'remove'>;
}

/** Throws `conflict`, naming them, where plans are going on with the version and are not to be cancelled. */
export function checkWithdrawable(version: AppVersion, uses: readonly PlanUse[], force: boolean): void {
  const going = uses.filter(isGoing);
  if (going.length === 0 || force) return;
  const name = `${version.shortVersion} (${version.version})`;
  throw new WavecastError('conflict', going.length === 1 ? `Version ${name} is being distributed by a plan.` : `Version ${name} is being distributed by ${going.length} plans.`, {
    evidence: going.map(({ plan, state }) => `${plan.name} (${plan.id}): ${state}`), remedy: 'Cancel them first, or let `--force` do it.',
  });
}

/**
 * The mark first: from then on manifests answer as if nothing were there, and no wave opens. Then the edge, then the files.
 * May repeat: who repeats it carries it out again.
 */
export async function withdrawVersion(services: WithdrawServices, version: AppVersion, withdrawal: Withdrawal): Promise<AppVersion> {
  const withdrawn = await services.catalogue.withdraw(version.id, withdrawal);
  await services.gate.close({ kind: 'package', digest: version.digest });
  await services.files.remove(placeOfPackage(version.digest));
  if (await isOwnFile(services, version)) await services.files.remove(incomingKey(version.fileName));
  return withdrawn;
}

/** Under the name that the version was registered by there may be another build by now: that one stays. */
async function isOwnFile({ catalogue, files }: WithdrawServices, { id, bundleId, fileName, size }: AppVersion): Promise<boolean> {
  const others = (await catalogue.versionsOf(bundleId)).filter((other) => other.id !== id && other.fileName === fileName && other.withdrawn === undefined);
  return others.length === 0 && (await files.head(incomingKey(fileName)))?.size === size;
}

/** Test installs are in no plan. As long as theirs may be open after the withdrawal, a version is not deleted. */
const TEST_INSTALLS_END = DAY;

/** Throws `conflict` unless the version was withdrawn and nothing that it was instructed by can be open any more. `open`: open instructions of its plans. */
export function checkDeletable(version: AppVersion, uses: readonly PlanUse[], open: number, now: Instant): void {
  const name = `${version.shortVersion} (${version.version})`;
  if (version.withdrawn === undefined) throw new WavecastError('conflict', `Version ${name} is not withdrawn.`, { remedy: `Withdraw it first: \`wavecast app withdraw ${version.id} --reason …\`.` });
  const going = uses.filter((use) => isGoing(use) || use.state === 'draft');
  if (going.length > 0) {
    throw new WavecastError('conflict', going.length === 1 ? `Version ${name} is in a plan that is not over.` : `Version ${name} is in ${going.length} plans that are not over.`, { evidence: going.map(({ plan, state }) => `${plan.name} (${plan.id}): ${state}`), remedy: 'Cancel them, or plan another version in them.' });
  }
  if (open > 0) throw new WavecastError('conflict', `${open} instructions of version ${name} are still open.`, { remedy: 'Wait until the devices have answered or the deadline has passed.' });
  const free = version.withdrawn.at + TEST_INSTALLS_END;
  if (now < free) throw new WavecastError('conflict', `Test installs of version ${name} may be open until ${new Date(free).toISOString()}.`, { remedy: 'Delete it after that.' });
}
