/** The request for a plan, from flags, from a file, or from a file with flags that overrule it. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import * as z from 'zod';
import type { ApiClient } from './api-client.ts';
import { CliFailure, exitCodes, networkReason, wrongUsage } from './failure.ts';
import { branchWindows, share, wholeNumber, windowText } from './options.ts';
import { findVersion } from './versions.ts';

type WindowText = ReturnType<typeof windowText>;

export interface PlanOptions {
  readonly file?: string;
  readonly name?: string;
  readonly version?: string;
  readonly branch?: ReturnType<typeof branchWindows>;
  readonly waveSize?: number;
  readonly interval?: number;
  readonly inventoryWindow?: WindowText;
  readonly deadline?: number;
  readonly abortShare?: number;
  readonly abortMinimum?: number;
}

/** Settled instructions that there must be before the abort rule counts, where --abort-minimum says nothing. */
const ABORT_MINIMUM = 20;

export function addPlanOptions(command: Command): Command {
  return command
    .option('--version <version>', 'what is distributed: a version id, or PACKAGE-NAME@VERSION')
    .option('--branch <branch=windows>', 'a branch and its windows, in its local time: berlin=01:00-02:00,13:00-14:00; may be repeated', branchWindows)
    .option('--name <text>', 'what the plan is called (default: package name and version)')
    .option('--wave-size <devices>', 'devices instructed together (default: 50)', wholeNumber)
    .option('--interval <minutes>', 'time between the waves of a branch (default: 5)', wholeNumber)
    .option('--inventory-window <window>', 'when inventory is collected, in local time (default: 22:00-24:00)', windowText)
    .option('--deadline <hours>', 'an installation not finished by then has failed (default: 24)', wholeNumber)
    .option('--abort-share <share>', 'pause when more of the settled have failed than this: 0.1 or 10%', share)
    .option('--abort-minimum <count>', `... once so many are settled (default: ${ABORT_MINIMUM})`, wholeNumber)
    .option('--file <plan.json>', 'the plan as JSON, in the form of the API\'s POST /v1/plans; flags overrule it');
}

/** The body of POST /v1/plans. Throws `wrong-usage` naming the flag that is missing. */
export async function planBody(api: ApiClient, options: PlanOptions): Promise<Record<string, unknown>> {
  const base: Readonly<Record<string, unknown>> = options.file === undefined ? {} : await readPlanFile(options.file);
  if (options.version === undefined && base['versionId'] === undefined) throw wrongUsage('--version is missing: it is not said what to distribute.', 'Give --version PACKAGE-NAME@VERSION, or a "versionId" in the --file.');
  if (options.branch === undefined && base['branches'] === undefined) throw wrongUsage('--branch is missing: it is not said where and when.', 'Give --branch berlin=01:00-02:00, or "branches" in the --file.');
  if (options.abortMinimum !== undefined && options.abortShare === undefined && base['abortRule'] === undefined) throw wrongUsage('--abort-minimum says nothing without --abort-share.', 'Give --abort-share, for example 10%.');
  const version = options.version === undefined ? undefined : await findVersion(api, options.version);
  const { inventoryWindow } = options;
  return {
    ...base,
    ...(version === undefined ? {} : { versionId: version.id }),
    ...(options.name === undefined ? (base['name'] === undefined && version !== undefined ? { name: `${version.title} ${version.shortVersion}` } : {}) : { name: options.name }),
    ...(options.branch === undefined ? {} : { branches: options.branch.map((each) => ({ ...each, ...(inventoryWindow === undefined ? {} : { inventoryWindow }) })) }),
    ...(options.waveSize === undefined ? {} : { waveSize: options.waveSize }),
    ...(options.interval === undefined ? {} : { intervalMinutes: options.interval }),
    ...(options.deadline === undefined ? {} : { deadlineHours: options.deadline }),
    ...(options.abortShare === undefined ? {} : { abortRule: { share: options.abortShare, minimum: options.abortMinimum ?? ABORT_MINIMUM } }),
  };
}

async function readPlanFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const refuse = (message: string, cause: unknown): never => {
    throw new CliFailure(`--file: ${path} ${message}.`, { exitCode: exitCodes.usage, code: 'wrong-usage', remedy: 'Give --file a JSON object in the form of the API\'s POST /v1/plans.', cause });
  };
  const text = await readFile(path, 'utf8').catch((cause: unknown) => refuse(`cannot be read (${networkReason(cause)})`, cause));
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text.replace(/^\ufeff/, '')));
  } catch (cause) {
    return refuse('is not a JSON object', cause);
  }
}
