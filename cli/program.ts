/** The whole command line, and how it ends. */
import { Command, CommanderError, Help } from 'commander';
import { failureOf, sceneOpener } from './command.ts';
import { addApp } from './commands/app.ts';
import { addAudit } from './commands/audit.ts';
import { addAuthority } from './commands/authority.ts';
import { addBranch } from './commands/branch.ts';
import { addDevice } from './commands/device.ts';
import { addExport } from './commands/export-distribution-status.ts';
import { addFiles } from './commands/files.ts';
import { addInstallation } from './commands/installation.ts';
import { addJob } from './commands/job.ts';
import { addLogin } from './commands/login.ts';
import { addOverview } from './commands/overview.ts';
import { addPlan } from './commands/plan.ts';
import { addProfileSigner } from './commands/profile-signer.ts';
import { addPushCertificate } from './commands/push-certificate.ts';
import { addSelfService } from './commands/self-service.ts';
import { CliFailure, exitCodes, wrongUsage, type ExitCode } from './failure.ts';
import { Output } from './output.ts';
import { wantsColour, type World } from './world.ts';

const endnote = `
Environment:
  WAVECAST_URL            the API's address, instead of --url
  WAVECAST_CLIENT_ID      with WAVECAST_CLIENT_SECRET: a program's credentials,
                          instead of \`wavecast login\`
  WAVECAST_TOKEN          an access token, instead of either
  NO_COLOR                no colours

Exit codes:
  0  done                                  3    not signed in
  1  refused by the server, or failed      4    the server cannot be reached
  2  wrong usage                           130  interrupted

First steps:
  $ wavecast login --url https://api.example.com
  $ wavecast push-certificate set --certificate mdm.pem --key mdm.key
  $ wavecast branch set berlin --time-zone Europe/Berlin --link 100
  $ wavecast device invite --branch berlin --uses 80
  $ wavecast app register Fieldwork.ipa --wait
  $ wavecast plan create --help`;

export function createProgram(world: World, release: string): Command {
  const program = new Command('wavecast')
    .description('In-house iOS apps to a fleet over MDM, in staggered waves.')
    .version(release, '-V, --version', 'print the version')
    // Behind a command, --version is the command's own: `plan create --version ID`.
    .enablePositionalOptions()
    .option('--json', 'print one JSON document on standard output')
    .option('--url <address>', 'the API (default: WAVECAST_URL, or where you are signed in)')
    .showSuggestionAfterError()
    .exitOverride((error) => { throw error.exitCode === 0 || error.code === 'commander.help' ? error : wrongUsage(error.message.replace(/^error: /, '').replaceAll('\n', ' '), 'See `wavecast --help`.'); })
    .configureOutput({
      writeOut: (text) => { world.stdout.write(text); },
      writeErr: (text) => { world.stderr.write(text); },
      getOutHelpWidth: () => world.stdout.columns(), getErrHelpWidth: () => world.stderr.columns(),
      getOutHasColors: () => wantsColour(world.stdout, world.env), getErrHasColors: () => wantsColour(world.stderr, world.env),
      // Said once, by `run`, with what to do next.
      outputError: () => undefined,
    })
    .configureHelp(listed)
    .addHelpText('after', endnote);
  const open = sceneOpener(world);
  for (const add of [addLogin, addOverview, addBranch, addDevice, addPushCertificate, addProfileSigner, addAuthority, addFiles, addApp, addPlan, addExport, addJob, addSelfService, addAudit, addInstallation]) add(program, open);
  return program;
}

const plain = new Help();

/** Lists of commands fit a terminal of 80 columns: each with its arguments, and the first sentence of what it does; its own help has the rest. */
const listed: Partial<Help> = {
  minWidthToWrap: 20,
  subcommandTerm: (command) => plain.subcommandTerm(command).replace(' [options]', ''),
  subcommandDescription: (command) => command.description().split(/(?<=\.) /)[0] ?? '',
};

/** Carries out a command line (without the program's own name) and answers its exit code; never throws. */
export async function run(args: readonly string[], world: World, release: string): Promise<ExitCode> {
  try {
    await createProgram(world, release).parseAsync([...args], { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    // Help was asked for and is printed, or a noun stood without its verb and the help was the answer.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const failure = world.interrupted.aborted ? new CliFailure('Interrupted.', { code: 'interrupted' }) : failureOf(error);
    new Output(world, args.includes('--json')).failure(failure);
    return failure.exitCode;
  }
}
