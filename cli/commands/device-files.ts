/** `wavecast device import`, `wavecast device export`: devices as CSV. */
import type { Command } from 'commander';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { decodeDevices } from '../../protocol/csv/devices.ts';
import type { Portion } from '../../protocol/csv/portions.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { download, writeOutput } from '../download.ts';
import { CliFailure } from '../failure.ts';
import { checkAll, readRows, showRows } from '../row-file.ts';
import { counted } from '../text.ts';

type Imported = AnswerOf<'importDevices'>;

/** Changes that are listed for people; `--json` has them all. */
const LISTED = 50;

export function addDeviceFiles(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'import <file>',
    description: 'Make devices known before they enrol, or overwrite what is known of them, from a CSV file: by name (Name[,Serial number][,Branch][,Display name][,Tags][,Test]) or by serial number (Serial number,Branch[,...]). Nothing is written where a line has a mistake; to run it again is safe.',
    examples: ['device import devices.csv --check', 'device import devices.csv', 'device export | wavecast device import -'],
  })
    .option('--check', 'only say what would be made, changed and left')
    .action(async (file: string, { check = false }: { readonly check?: boolean }, command: Command) => {
      const { api, output, world } = open(command);
      const portions = await readRows(world, file, decodeDevices);
      const client = await api();
      const send = (portion: Portion, only: boolean): Promise<Imported> => client.call('importDevices', { body: { csv: portion.csv, firstLine: portion.firstLine, check: only } });
      let answers: readonly Imported[] = [];
      // One portion is checked by the request that writes it.
      if (check || portions.length > 1) {
        const progress = showRows(world, output, 'Checking', portions);
        answers = await checkAll(portions, progress, (portion) => send(portion, true)).finally(progress.close);
      }
      if (!check) {
        const progress = showRows(world, output, 'Importing', portions);
        answers = await writeAll(portions, (portion) => send(portion, false), progress.add).finally(progress.close);
      }
      const sum = (count: (each: Imported) => number): number => answers.reduce((total, each) => total + count(each), 0);
      const total = { created: sum(({ created }) => created), changed: sum(({ changed }) => changed), left: sum(({ left }) => left), rows: answers.flatMap(({ rows }) => rows), failed: answers.flatMap(({ failed }) => failed) };
      output.result(total, () => linesOf(total, check));
      if (total.failed.length > 0) {
        throw new CliFailure(`${counted(total.failed.length, 'row')} could not be imported, since something else changed at that moment.`, {
          code: 'conflict', evidence: total.failed.slice(0, LISTED).map(({ line, words }) => `Line ${line}: ${words}`), remedy: 'Run the command again: what is done is left as it is.',
        });
      }
    });

  addCommand(group, { usage: 'export', description: 'Write the devices as CSV, in the form that `device import` reads: Name,Serial number,Branch,Display name,Tags,Test.', examples: ['device export --output devices.csv', 'device export --branch berlin'] })
    .option('--branch <id>', 'only this branch')
    .option('-o, --output <file>', 'where to write it (default: standard output)')
    .action(async ({ branch, output: file }: { readonly branch?: string; readonly output?: string }, command: Command) => {
      const { api, output, world } = open(command);
      const { link, ...about } = await (await api()).call('exportDevices', { body: branch === undefined ? {} : { branchId: branch } });
      const csv = await download(world, 'The export', link);
      if (file !== undefined) await writeOutput(file, csv);
      if (output.json) output.result({ ...about, ...(file === undefined ? { csv } : { file }) }, () => []);
      else if (file === undefined) output.raw(csv);
      else output.note(`${file}: ${counted(about.rows, 'row')}`);
    });
}

/** One portion after the other. Where one fails, it is said that what was done stays and need not be undone. */
async function writeAll(portions: readonly Portion[], send: (portion: Portion) => Promise<Imported>, done: (rows: number) => void): Promise<readonly Imported[]> {
  const answers: Imported[] = [];
  for (const portion of portions) {
    try {
      answers.push(await send(portion));
    } catch (error) {
      if (!(error instanceof CliFailure) || answers.length === 0) throw error;
      const { message, code, exitCode, evidence, status } = error;
      throw new CliFailure(message, { code, exitCode, evidence: [...evidence, `The rows before line ${portion.firstLine} are imported.`], remedy: 'Run the command again: what is done is left as it is.', ...(status === undefined ? {} : { status }), cause: error });
    }
    done(portion.rows);
  }
  return answers;
}

function linesOf({ created, changed, left, rows }: Pick<Imported, 'created' | 'changed' | 'left' | 'rows'>, check: boolean): readonly string[] {
  const listed = check ? rows.slice(0, LISTED).map(({ line, name, outcome, changes }) => `line ${line}: ${name} ${outcome === 'created' ? 'is new' : `- ${changes.join(' ')}`}`) : [];
  const more = check && rows.length > LISTED ? [`and ${rows.length - LISTED} more (all with --json)`] : [];
  const would = check ? 'would be ' : '';
  return [...listed, ...more, `${counted(created, 'device')} ${would}created, ${changed} ${would}changed, ${left} left as they are.`];
}
