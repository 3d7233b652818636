/** `wavecast plan import`: plans from a file of bulk instructions. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';
import { exitCodes, CliFailure, networkReason } from '../failure.ts';
import { addTermOptions, importBody, type TermOptions } from '../plan-body.ts';
import { counted } from '../text.ts';
import type { World } from '../world.ts';

interface Options extends TermOptions {
  readonly check?: true;
}

export function addPlanImport(group: Command, open: OpenScene): void {
  addTermOptions(addCommand(group, {
    usage: 'import <file>',
    description: 'Make plans from a CSV file of bulk instructions: Operation,OS type,Distributed application,Version,Smart device name[,Comment]. Each version that it names becomes a plan for its devices; none is made where a line has a mistake. Nothing happens to any device until they are started. - is standard input.',
    examples: ['plan import instructions.csv --branch berlin=01:00-02:00 --branch tokyo=13:00-14:00', 'plan import instructions.csv --branch berlin=01:00-02:00 --check'],
  }))
    .option('--check', 'only look for mistakes, and say what would be made')
    .action(async (file: string, { check, ...options }: Options, command: Command) => {
      const { api, output, world } = open(command);
      const body = importBody(await readText(world, file), check === true, options);
      const { plans } = await (await api()).call('importPlans', { body });
      output.result({ plans }, () => plans.map(({ id, name, devices }) => (check === true ? `${name}: a plan for ${counted(devices, 'device')}; no mistakes.` : `Plan ${id} (${name}) is made, for ${counted(devices, 'device')}.`)));
      for (const { versionWarning } of plans) if (versionWarning !== undefined) output.note(versionWarning);
      if (check !== true) output.note('See what each will do with `wavecast plan preview PLAN`, start it with `wavecast plan start PLAN`.');
    });
}

function readText(world: World, file: string): Promise<string> {
  return file === '-' ? world.readStdin() : readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliFailure(`${file} cannot be read (${networkReason(cause)}).`, { exitCode: exitCodes.usage, code: 'wrong-usage', remedy: 'Name a CSV file that exists, or - for standard input.', cause });
  });
}
