/** The request for a plan, from flags, from a file, or from a file with flags that overrule it. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import * as z from 'zod';
import type { BodyInputOf } from '../protocol/admin/asked.ts';
import type { PlanOperation } from '../core/rollout/plan.ts';
import type { ApiClient } from './api-client.ts';
import { checkBody, type FieldFlags } from './check-body.ts';
import { CliFailure, exitCodes, networkReason, wrongUsage } from './failure.ts';
import { branchWindows, canaryDevices, countNumber, countOrNone, countOrZero, gather, share, windowText } from './options.ts';
import { readGiven } from './read-file.ts';
import { findVersion } from './versions.ts';
import type { World } from './world.ts';

type PlanBody = BodyInputOf<'createPlan'>;
type WindowText = ReturnType<typeof windowText>;

export interface PlanOptions extends TermOptions {
  readonly file?: string;
  readonly name?: string;
  readonly version?: string;
  readonly remove?: true;
  readonly packageName?: string;
  readonly tag?: readonly string[];
  readonly device?: readonly string[];
  readonly devices?: string;
}

export interface TermOptions {
  readonly branch?: ReturnType<typeof branchWindows>;
  readonly waveSize?: number;
  readonly seed?: string;
  readonly interval?: number;
  readonly openLimit?: number | 'none';
  readonly inventoryWindow?: WindowText;
  readonly deadline?: number;
  readonly reissueTimes?: number;
  readonly abortShare?: number;
  readonly abortMinimum?: number;
  readonly canary?: ReturnType<typeof canaryDevices>;
  readonly soak?: number;
  readonly canaryAbortShare?: number;
  readonly canaryAbortMinimum?: number;
}

const termFlags: FieldFlags = { branches: '--branch', waveSize: '--wave-size', intervalMinutes: '--interval', deadlineHours: '--deadline', openLimit: '--open-limit', reissueTimes: '--reissue-times', seed: '--seed' };
const ruleFlags: FieldFlags = { 'abortRule.minimum': '--abort-minimum', abortRule: '--abort-share', 'canary.soakHours': '--soak', 'canary.abortRule.minimum': '--canary-abort-minimum', canary: '--canary', branches: '--inventory-window' };

/** Settled instructions that there must be before the abort rule counts, where --abort-minimum says nothing. */
const ABORT_MINIMUM = 20;

/** Hours, where --soak says nothing: as long as installations have to finish. */
const SOAK = 24;
/** A canary has few devices: one that is settled says something. */
const CANARY_MINIMUM = 1;

/** How windows are written, by example. */
export const WINDOWS = 'berlin=01:00-02:00,13:00-14:00, on some days berlin=01:00-02:00/mon-fri, from one day to another berlin=01:00-02:00/2027-01-04..2027-01-29';

const fileForm = `
A plan file, with all that it may hold; only "versionId" and "branches" are
needed, or of a removal "operation": "remove", "bundleId" and "branches":
  {
    "name": "Fieldwork 2.1.0", "versionId": "(an id of \`wavecast app show\`)",
    "branches": [{
      "branchId": "berlin",
      "inventoryWindow": { "from": "22:00", "to": "24:00" },
      "windows": [{
        "from": "01:00", "to": "02:00", "days": ["mon", "tue"],
        "firstDay": "2027-01-04", "lastDay": "2027-01-29"
      }],
      "pace": { "waveSize": 10, "intervalMinutes": 10 },
      "openLimit": 5
    }],
    "openLimit": 20, "waveSize": 50, "intervalMinutes": 5,
    "deadlineHours": 24, "reissueTimes": 1,
    "abortRule": { "share": 0.1, "minimum": 20 },
    "canary": {
      "of": { "kind": "test-devices" }, "soakHours": 24,
      "abortRule": { "share": 0.05, "minimum": 1 }
    }
  }`;

/** Where, when and how fast. */
export function addTermOptions(command: Command): Command {
  return command
    .option('--branch <branch=windows>', `a branch and its windows, in its local time: ${WINDOWS}; may be repeated`, branchWindows)
    .option('--wave-size <devices>', 'devices instructed together (default: 50)', countNumber)
    .option('--interval <minutes>', 'time between the waves of a branch (default: 5)', countNumber)
    .option('--open-limit <count|none>', 'installations open at once in a branch: further devices get theirs when one is finished (default: each branch\'s own, or no limit)', countOrNone)
    .option('--inventory-window <window>', 'when inventory is collected in every branch, in local time (default: 22:00-24:00)', windowText)
    .option('--deadline <hours>', 'an installation not finished by then has failed (default: 24)', countNumber)
    .option('--reissue-times <count>', 'once it is over instruct those on which it did not succeed again by itself, so often at most, from the next windows on (default: 0)', countOrZero)
    .option('--abort-share <share>', 'pause when more of the settled have failed than this: 0.1 or 10%', share)
    .option('--abort-minimum <count>', `... once so many are settled (default: ${ABORT_MINIMUM})`, countNumber)
    .option('--seed <digits>', 'where in the order of a branch its waves begin, in hexadecimal digits; a plan with the same seed has the same devices first (default: by chance)')
    .option('--canary <devices>', 'first some devices of each branch: test (its test devices), a number, or per cent: 10%', canaryDevices)
    .option('--soak <hours>', `... and the rest this long after their last wave (default: ${SOAK})`, countNumber)
    .option('--canary-abort-share <share>', '... unless more of their settled have failed than this, or too few are settled to tell: then the plan pauses', share)
    .option('--canary-abort-minimum <count>', `... so many must be settled, or all where there are fewer (default: ${CANARY_MINIMUM})`, countNumber);
}

export function addPlanOptions(command: Command): Command {
  command
    .option('--version <version>', 'what is distributed: a version id, or PACKAGE-NAME@VERSION')
    .option('--remove', 'remove an app instead: from the devices that have it and manage it, whatever its version')
    .option('--package-name <id>', 'the app that --remove is about')
    .option('--name <text>', 'what the plan is called (default: the app\'s title and version, or Remove and the title)');
  return addTermOptions(command)
    .option('--tag <tag>', 'of the branches only devices that carry this when their wave opens, or another that is named; may be repeated', gather)
    .option('--device <name>', 'of the branches only this device, by name or serial number; may be repeated', gather)
    .option('--devices <file>', '... those that stand in a file, one on a line; - is standard input')
    .option('--file <plan.json>', 'the plan as JSON, in the form of the API\'s POST /v1/plans, see below; flags overrule it')
    .addHelpText('after', fileForm);
}

/** The body of POST /v1/plans. Throws `wrong-usage` naming the flag, or the field of the file, that is missing or wrong. */
export async function planBody(api: ApiClient, options: PlanOptions, world: Pick<World, 'readStdin'>): Promise<PlanBody> {
  return bodyOver(api, options.file === undefined ? {} : await readPlanFile(options.file), options, world);
}

/** The same over what is said already: what no flag overrules is `base`'s. */
export async function bodyOver(api: ApiClient, base: Readonly<Record<string, unknown>>, options: PlanOptions, world: Pick<World, 'readStdin'>): Promise<PlanBody> {
  const { operation, subject } = whatOf(options, base);
  if (operation === 'install' && options.version === undefined && base['versionId'] === undefined) throw wrongUsage('--version is missing: it is not said what to distribute.', 'Give --version PACKAGE-NAME@VERSION, or a "versionId" in the --file.');
  if (options.branch === undefined && base['branches'] === undefined) throw wrongUsage('--branch is missing: it is not said where and when.', 'Give --branch berlin=01:00-02:00, or "branches" in the --file.');
  if (options.abortMinimum !== undefined && options.abortShare === undefined && base['abortRule'] === undefined) throw wrongUsage('--abort-minimum says nothing without --abort-share.', 'Give --abort-share, for example 10%.');
  const devices = await listOf(options, world);
  const given: Readonly<Record<string, unknown>> = {
    ...(options.tag === undefined ? {} : { tags: options.tag }), ...(devices === undefined ? {} : { devices }),
    ...(options.remove === true ? { operation } : {}), ...(options.packageName === undefined ? {} : { bundleId: options.packageName }),
    ...(options.name === undefined ? {} : { name: options.name }), ...paceOf(options),
  };
  // The version is looked up last: what is wrong in itself is said without asking the server.
  const flags = flagsOf(options, Object.keys(given));
  const draft = checkBody('createPlan', { name: 'to be made up', ...(operation === 'install' ? { versionId: 'to be looked up' } : {}), ...base, ...given }, flags);
  const [rule, first, { inventoryWindow }] = [abortRule(draft, options), canary(draft, options), options];
  const plan = checkBody('createPlan', {
    ...draft, ...(rule === undefined ? {} : { abortRule: rule }), ...(first === undefined ? {} : { canary: first }), ...(inventoryWindow === undefined ? {} : { branches: draft.branches.map((branch) => ({ ...branch, inventoryWindow })) }),
  }, ruleFlags);
  const isNamed = (base['name'] ?? given['name']) !== undefined;
  if (options.version === undefined && isNamed) return plan;
  if (operation === 'remove') return { ...plan, name: `Remove ${await titleOf(api, subject)}` };
  const { id, bundleId, shortVersion } = await findVersion(api, options.version ?? subject);
  return { ...plan, versionId: id, ...(isNamed ? {} : { name: `${await titleOf(api, bundleId)} ${shortVersion}` }) };
}

/** The body of POST /v1/plans/import. Throws `wrong-usage` naming the flag that is missing or wrong. */
export function importBody(csv: string, check: boolean, options: TermOptions): BodyInputOf<'importPlans'> {
  if (options.branch === undefined) throw wrongUsage('--branch is missing: it is not said where and when.', 'Give --branch berlin=01:00-02:00, for every branch that the file has devices of.');
  if (options.abortMinimum !== undefined && options.abortShare === undefined) throw wrongUsage('--abort-minimum says nothing without --abort-share.', 'Give --abort-share, for example 10%.');
  const [rule, first, { inventoryWindow }] = [abortRule({}, options), canary({}, options), options];
  const terms = { ...paceOf(options), ...(rule === undefined ? {} : { abortRule: rule }), ...(first === undefined ? {} : { canary: first }) };
  const drafted = checkBody('importPlans', { csv, ...(check ? { check } : {}), ...terms }, { ...ruleFlags, ...termFlags });
  return inventoryWindow === undefined ? drafted : checkBody('importPlans', { ...drafted, branches: drafted.branches.map((branch) => ({ ...branch, inventoryWindow })) }, { branches: '--inventory-window' });
}

function paceOf({ branch, waveSize, interval, openLimit, deadline, reissueTimes, seed }: TermOptions): Readonly<Record<string, unknown>> {
  return {
    ...(branch === undefined ? {} : { branches: branch }), ...(waveSize === undefined ? {} : { waveSize }), ...(interval === undefined ? {} : { intervalMinutes: interval }),
    ...(openLimit === undefined ? {} : { openLimit: openLimit === 'none' ? null : openLimit }), ...(deadline === undefined ? {} : { deadlineHours: deadline }), ...(reissueTimes === undefined ? {} : { reissueTimes }), ...(seed === undefined ? {} : { seed }),
  };
}

/** What is said one by one, then what stands in the file. */
async function listOf({ device, devices: path }: PlanOptions, world: Pick<World, 'readStdin'>): Promise<readonly string[] | undefined> {
  if (path === undefined) return device;
  const text = path === '-' ? await world.readStdin() : (await readGiven('--devices', path)).toString('utf8');
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '');
  if (lines.length === 0) throw wrongUsage(`--devices: ${path} names no device.`, 'Write the name or serial number of one device on each line.');
  return [...(device ?? []), ...lines];
}

/** As users see it, which need not be what the file says. */
async function titleOf(api: ApiClient, bundleId: string): Promise<string> {
  return (await api.call('getApp', { id: bundleId })).title;
}

/** What the plan does, and with what: the version id of the file, or the package name that is removed. */
function whatOf({ version, remove, packageName }: PlanOptions, base: Readonly<Record<string, unknown>>): { readonly operation: PlanOperation; readonly subject: string } {
  const operation = remove === true || base['operation'] === 'remove' ? 'remove' : 'install';
  const subject = operation === 'install' ? base['versionId'] : packageName ?? base['bundleId'];
  if (operation === 'install' && packageName !== undefined) throw wrongUsage('--package-name is for --remove.', 'Name what is installed with --version PACKAGE-NAME@VERSION.');
  if (operation === 'remove' && version !== undefined) throw wrongUsage('--version and --remove: a removal takes away whatever version is there.', 'Leave out --version.');
  if (operation === 'remove' && subject === undefined) throw wrongUsage('--package-name is missing: it is not said what to remove.', 'Give --package-name, or a "bundleId" in the --file.');
  return { operation, subject: typeof subject === 'string' ? subject : '' };
}

/** The rule of the file, with what the flags say of it. */
function abortRule({ abortRule: rule }: Pick<PlanBody, 'abortRule'>, { abortShare, abortMinimum }: TermOptions): PlanBody['abortRule'] {
  const ruled = abortShare ?? rule?.share;
  if (ruled === undefined || (abortShare === undefined && abortMinimum === undefined)) return rule;
  return { share: ruled, minimum: abortMinimum ?? rule?.minimum ?? ABORT_MINIMUM };
}

/** The canary of the file, with what the flags say of it. */
function canary({ canary: given }: Pick<PlanBody, 'canary'>, { canary: of = given?.of, soak, canaryAbortShare, canaryAbortMinimum }: TermOptions): PlanBody['canary'] {
  if (of === undefined) {
    const flag = soak !== undefined ? '--soak' : canaryAbortShare !== undefined ? '--canary-abort-share' : canaryAbortMinimum !== undefined ? '--canary-abort-minimum' : undefined;
    if (flag !== undefined) throw wrongUsage(`${flag} says nothing without --canary.`, 'Give --canary test, --canary 5 or --canary 10%.');
    return undefined;
  }
  const ruled = canaryAbortShare ?? given?.abortRule?.share;
  if (ruled === undefined && canaryAbortMinimum !== undefined) throw wrongUsage('--canary-abort-minimum says nothing without --canary-abort-share.', 'Give --canary-abort-share, for example 5%.');
  const rule = ruled === undefined ? {} : { abortRule: { share: ruled, minimum: canaryAbortMinimum ?? given?.abortRule?.minimum ?? CANARY_MINIMUM } };
  return { of, soakHours: soak ?? given?.soakHours ?? SOAK, ...rule };
}

/** Fields that no flag has overruled are the file's. */
function flagsOf({ file }: PlanOptions, given: readonly string[]): FieldFlags {
  const flags: FieldFlags = { name: '--name', bundleId: '--package-name', tags: '--tag', devices: '--device', ...termFlags };
  return { ...(file === undefined ? {} : { '': `--file ${file}` }), ...Object.fromEntries(Object.entries(flags).filter(([field]) => given.includes(field))) };
}

export async function readPlanFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const refuse = (message: string, cause: unknown): never => {
    throw new CliFailure(`--file: ${path} ${message}.`, { exitCode: exitCodes.usage, code: 'wrong-usage', remedy: 'Give --file a JSON object in the form that `wavecast plan create --help` shows.', cause });
  };
  const text = await readFile(path, 'utf8').catch((cause: unknown) => refuse(`cannot be read (${networkReason(cause)})`, cause));
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text.replace(/^\ufeff/, '')));
  } catch (cause) {
    return refuse('is not a JSON object', cause);
  }
}
