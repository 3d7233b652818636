/** `wavecast self-service import`: permissions replaced by a file, portion by portion. */
import { Option, type Command } from 'commander';
import { importModes, type ImportMode } from '../../core/catalog/self-service.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { PERMISSIONS_PER_REQUEST } from '../../protocol/admin/self-service.ts';
import type { Portion } from '../../protocol/csv/portions.ts';
import { decodePermissions } from '../../protocol/csv/self-service.ts';
import type { ApiClient } from '../api-client.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { CliFailure } from '../failure.ts';
import type { Output } from '../output.ts';
import { checkAll, readRows, showRows } from '../row-file.ts';
import { counted } from '../text.ts';
import type { World } from '../world.ts';

type Imported = AnswerOf<'importPermissions'>;

interface ImportOptions {
  readonly mode: ImportMode;
  readonly check?: true;
}

/** Devices of one request to finish: each is a query. */
const DEVICES_EACH = 500;

export function addSelfServiceImport(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'import <file>',
    description: 'Replace permissions by a CSV file: OS Type,Application Name,Version,Type of the target (always 0),Name of the target... Nothing is written where a line has a mistake. What the file has is granted first, what it has not is taken away after that; to run it again is safe. In the mode app a line without devices takes the app\'s list away.',
    examples: ['self-service import permissions.csv --mode all --check', 'self-service import permissions.csv --mode app', 'self-service export | wavecast self-service import - --mode all'],
  })
    .addOption(new Option('--mode <mode>', 'what the file replaces: all permissions, those of the apps that it names, or those of the devices that it names').choices(importModes).makeOptionMandatory())
    .option('--check', 'only look for mistakes')
    .action(async (file: string, { mode, check }: ImportOptions, command: Command) => {
      const { api, output, world } = open(command);
      const portions = await readPermissionFile(world, file, mode);
      const client = await api();
      const send = (portion: Portion, more: { readonly check?: true; readonly importId?: string }): Promise<Imported> =>
        client.call('importPermissions', { body: { mode, csv: portion.csv, firstLine: portion.firstLine, ...more } });
      // One portion is checked by the request that writes it.
      if (check === true || portions.length > 1) {
        const progress = showRows(world, output, 'Checking', portions);
        const sum = totalOf(await checkAll(portions, progress, (portion) => send(portion, { check: true })).finally(progress.close));
        if (check === true) {
          output.result(sum, () => [`${words(sum)}; no mistakes.`]);
          return;
        }
      }
      const answers = await grantAll(portions, send, world, output);
      const removed = await finish(client, mode, answers).catch((error: unknown) => { throw resumable(error); });
      const sum = { ...totalOf(answers), removed };
      output.result(sum, () => [`${words(sum)} granted, ${removed} taken away.`]);
    });
}

/** In portions whose lines name no more devices than a request may. */
function readPermissionFile(world: World, file: string, mode: ImportMode): Promise<readonly Portion[]> {
  let widest = 1;
  return readRows(world, file, (text) => {
    widest = decodePermissions(text, mode).reduce((most, { deviceNames }) => Math.max(most, deviceNames.length), widest);
  }, (most) => Math.min(most, Math.floor(PERMISSIONS_PER_REQUEST / widest)));
}

async function grantAll(portions: readonly Portion[], send: (portion: Portion, more: { readonly importId?: string }) => Promise<Imported>, world: World, output: Output): Promise<readonly Imported[]> {
  const answers: Imported[] = [];
  const progress = showRows(world, output, 'Importing', portions);
  try {
    for (const portion of portions) {
      const importId = answers[0]?.importId;
      answers.push(await send(portion, importId === undefined ? {} : { importId }));
      progress.add(portion.rows);
    }
  } catch (error) {
    throw answers.length === 0 ? error : resumable(error);
  } finally {
    progress.close();
  }
  return answers;
}

type Total = ReturnType<typeof totalOf>;

function totalOf(answers: readonly Imported[]) {
  return {
    permissions: answers.reduce((sum, { permissions }) => sum + permissions, 0),
    apps: new Set(answers.flatMap(({ apps }) => apps)).size, devices: new Set(answers.flatMap(({ devices }) => devices)).size,
  };
}

function words({ permissions, apps, devices }: Total): string {
  return `${counted(permissions, 'permission')} of ${counted(apps, 'app')} and ${counted(devices, 'device')}`;
}

/** Takes away what the file does not have; how many. */
async function finish(client: ApiClient, mode: ImportMode, answers: readonly Imported[]): Promise<number> {
  const importId = answers[0]?.importId ?? '';
  const apps = mode === 'app' ? [...new Set(answers.flatMap((answer) => answer.apps))] : [];
  const devices = mode === 'device' ? [...new Set(answers.flatMap((answer) => answer.devices))] : [];
  const requests = Math.max(1, Math.ceil(devices.length / DEVICES_EACH));
  let removed = 0;
  for (let request = 0; request < requests; request += 1) {
    const body = { importId, mode, apps, devices: devices.slice(request * DEVICES_EACH, (request + 1) * DEVICES_EACH), last: request === requests - 1 };
    for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
      const answer: AnswerOf<'finishPermissions'> = await client.call('finishPermissions', { body: { ...body, ...(after === undefined ? {} : { after }) } });
      removed += answer.removed;
      after = answer.next;
    }
  }
  return removed;
}

/** Nothing is lost by an import that broke off: what it granted stays, and what it was about to take away may still be there. */
function resumable(error: unknown): unknown {
  if (!(error instanceof CliFailure)) return error;
  const { message, code, exitCode, evidence, status } = error;
  return new CliFailure(message, { code, exitCode, evidence: [...evidence, 'The import is half done: what the file has is granted in part, and not all that it has not is taken away.'], remedy: 'Run the command again: it does the rest.', ...(status === undefined ? {} : { status }), cause: error });
}
