/** How every command is put together: the same flags, help with examples, and usage errors that name the way on. */
import type { Command, CommanderError } from 'commander';
import { ApiClient } from './api-client.ts';
import { findCredentials } from './credentials.ts';
import { CliFailure, exitCodes, wrongUsage } from './failure.ts';
import { Output } from './output.ts';
import type { World } from './world.ts';

/** What a running command works with. */
export interface Scene {
  readonly world: World;
  readonly output: Output;
  /** The server named by --url; undefined where the flag is not given. */
  readonly urlFlag: string | undefined;
  /** Signed in, or throws `not-signed-in`. */
  readonly api: () => Promise<ApiClient>;
}

export type OpenScene = (command: Command) => Scene;

export interface CommandText {
  /** Name and arguments, in commander's notation. */
  readonly usage: string;
  readonly description: string;
  /** Without the leading `wavecast`. */
  readonly examples: readonly string[];
}

export function sceneOpener(world: World): OpenScene {
  return (command) => {
    const { json = false, url } = command.optsWithGlobals<{ readonly json?: boolean; readonly url?: string }>();
    const api = async (): Promise<ApiClient> => new ApiClient(await findCredentials(world, url), world);
    return { world, output: new Output(world, json), urlFlag: url, api };
  };
}

/** A noun that holds commands. */
export function addGroup(parent: Command, name: string, description: string): Command {
  return throwing(parent.command(name).description(description));
}

export function addCommand(parent: Command, { usage, description, examples }: CommandText): Command {
  const command = throwing(parent.command(usage).description(description));
  command.allowExcessArguments(false).option('--json', 'print one JSON document on standard output').option('--url <address>', 'the API (default: WAVECAST_URL, or where you are signed in)');
  return command.addHelpText('after', ({ error }) => {
    const written = command.configureOutput();
    const width = (error ? written.getErrHelpWidth?.() : written.getOutHelpWidth?.()) ?? HELP_WIDTH;
    return `\nExamples:\n${examples.flatMap((example) => exampleLines(example, width)).join('\n')}`;
  });
}

const HELP_WIDTH = 80;
/** A word with what is in quotation marks. */
const words = /(?:[^\s"]|"[^"]*")+/g;

/** An example in lines that there is room for and a shell takes as one; a flag stays with its value. */
function exampleLines(example: string, width: number): readonly string[] {
  const units: string[] = [];
  for (const word of example.match(words) ?? []) {
    const last = units.at(-1);
    if (last !== undefined && /^(--[\w-]+|<)$/.test(last) && !word.startsWith('--')) units[units.length - 1] = `${last} ${word}`;
    else units.push(word);
  }
  const lines = ['  $ wavecast'];
  for (const unit of units) {
    const longer = `${lines.at(-1) ?? ''} ${unit}`;
    // Room is kept for the mark that the line goes on.
    if (longer.length <= width - ' \\'.length) lines[lines.length - 1] = longer;
    else lines.push(`      ${unit}`);
  }
  return lines.map((line, index) => (index === lines.length - 1 ? line : `${line} \\`));
}

/** Ends in an exception instead of the process. */
function throwing(command: Command): Command {
  return command.exitOverride((error: CommanderError) => { throw error.exitCode === 0 || error.code === 'commander.help' ? error : wrongUsage(sentence(error.message), `See \`${pathOf(command)} --help\`.`); });
}

function sentence(message: string): string {
  return message.replace(/^error: /, '').replaceAll('\n', ' ');
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** For failures that a command foresees none of. */
export function failureOf(error: unknown): CliFailure {
  if (error instanceof CliFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new CliFailure(message, { code: 'failed', exitCode: exitCodes.failed, remedy: 'Run the command again; when it stays so, this is a fault of wavecast itself: report it with the command line.', cause: error });
}
