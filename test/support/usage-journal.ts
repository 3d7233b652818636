/**
 * Which grants the tests used: every local cloud of a test run writes each grant, when it is first used, into a file of its
 * own in one folder. Written at once, so that a cloud that is killed has its share in it.
 */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { grantText, type Grant } from '../../local/iam/grants.ts';

/** Names the folder; without it nothing is written. */
export const USAGE_FOLDER = 'WAVECAST_USAGE_FOLDER';

let clouds = 0;

/** For one local cloud. */
export function usageJournal(folder: string | undefined = process.env[USAGE_FOLDER]): (grant: Grant) => void {
  if (folder === undefined || folder === '') return () => undefined;
  clouds += 1;
  const file = join(folder, `${process.pid}-${threadId}-${clouds}.txt`);
  return (grant) => {
    appendFileSync(file, `${grantText(grant)}\n`);
  };
}

/** What all of them used, as `grantText` writes it. */
export function readUsage(folder: string): ReadonlySet<string> {
  return new Set(readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').filter((line) => line !== '')));
}
