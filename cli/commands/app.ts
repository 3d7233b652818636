/** `wavecast app`: apps, their versions, and whether their files are what they are said to be. */
import type { Command } from 'commander';
import { appDetail, apps, registration as registrationShape, testInstall, type RegistrationAnswer, type VersionAnswer } from '../answers.ts';
import { at, type ApiClient } from '../api-client.ts';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import { gather } from '../options.ts';
import type { Output } from '../output.ts';
import { placeFile } from '../place-file.ts';
import { findVersion } from '../versions.ts';
import { bytes, dateTime } from '../when.ts';
import type { World } from '../world.ts';

interface RegisterOptions {
  readonly fileName?: string;
  readonly packageName?: string;
  readonly version?: string;
  readonly title?: string;
  readonly description?: string;
  readonly wait?: true;
}

const LOOK_EVERY = 1_000;

export function addApp(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'app', 'Apps developed for internal use, and their versions.');

  addCommand(group, {
    usage: 'register [file]', description: 'Register a version: of a file here, which is placed (simple distribution), or of one that is placed already (standard distribution).',
    examples: ['app register Fieldwork-2.1.ipa --wait', 'app register --file-name Fieldwork-2.1.ipa --package-name com.example.fieldwork --version 2.1.0 --title Fieldwork --wait'],
  })
    .option('--file-name <name>', 'its name on the communication server; without FILE: a file that is there')
    .option('--package-name <id>', 'the bundle identifier that the file must have')
    .option('--version <version>', 'the short version that the file must have')
    .option('--title <text>', 'what users see (default: what the file says)')
    .option('--description <text>', 'at most 100 characters')
    .option('--wait', 'wait until the file is verified, and fail where it is refused')
    .action(async (file: string | undefined, options: RegisterOptions, command: Command) => {
      if (file === undefined && options.fileName === undefined) throw wrongUsage('It is not said which file.', 'Give a FILE to place it, or --file-name for one that is placed.');
      const { api, output, world } = open(command);
      const client = await api();
      const fileName = file === undefined ? options.fileName : (await placeFile(world, output, client, file, options.fileName)).fileName;
      const { packageName, version, title, description } = options;
      const begun = await client.send('POST', 'registrations', {
        fileName, ...(packageName === undefined ? {} : { bundleId: packageName }), ...(version === undefined ? {} : { version }), ...(title === undefined ? {} : { title }),
        ...(description === undefined ? {} : { description }),
      }, registrationShape);
      const registration = options.wait === true ? await untilVerified(world, output, client, begun) : begun;
      output.result(registration, () => registrationLines(registration, output));
    });

  addCommand(group, { usage: 'list', description: 'Show all apps.', examples: ['app list'] }).action(async (_: object, command: Command) => {
    const { api, output } = open(command);
    output.list(await (await api()).all('apps', apps), [
      { title: 'PACKAGE NAME', value: ({ bundleId }) => bundleId, keep: true },
      { title: 'TITLE', value: ({ title }) => title },
      { title: 'DESCRIPTION', value: ({ description }) => description },
    ], 'There are no apps. Register one with `wavecast app register FILE`.');
  });

  addCommand(group, { usage: 'show <package-name>', description: 'Show an app and its versions.', examples: ['app show com.example.fieldwork'] }).action(async (bundleId: string, _: object, command: Command) => {
    const { api, output } = open(command);
    const app = await (await api()).get(`apps/${at(bundleId)}`, appDetail);
    output.result(app, () => [`${output.style('bold', app.title)}  ${app.bundleId}`, ...(app.description === '' ? [] : [app.description]), '', ...versionTable(output, app.versions)]);
  });

  addCommand(group, {
    usage: 'test-install <version>', description: 'Install a version on test devices, before any distribution. VERSION: an id of `wavecast app show`, or PACKAGE-NAME@VERSION.',
    examples: ['app test-install com.example.fieldwork@2.1.0', 'app test-install 3f2a… --device 0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c'],
  })
    .option('--device <id>', 'a test device; may be repeated (default: all test devices)', gather)
    .action(async (version: string, options: { readonly device?: readonly string[] }, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const { id } = await findVersion(client, version);
      const instructed = await client.send('POST', `versions/${at(id)}/test-install`, options.device === undefined ? {} : { deviceIds: options.device }, testInstall);
      output.result(instructed, () => ['The test devices are instructed. `wavecast app show` says "proven" once one of them has it.']);
    });
}

function versionTable(output: Output, versions: readonly VersionAnswer[]): readonly string[] {
  return output.table([
    { title: 'ID', value: ({ id }) => id, keep: true },
    { title: 'VERSION', value: ({ shortVersion, version }) => `${shortVersion} (${version})` },
    { title: 'PLACEMENT', value: ({ placement }) => placement },
    { title: 'KIND', value: ({ kind }) => kind },
    { title: 'SIZE', value: ({ size }) => bytes(size), align: 'right' },
    { title: 'PROFILE UNTIL', value: ({ profileExpiresAt }) => dateTime(profileExpiresAt) },
    { title: 'FILE', value: ({ fileName }) => fileName },
  ], versions);
}

function registrationLines({ id, fileName, state, versionId, bundleId, checks = [] }: RegistrationAnswer, output: Output): readonly string[] {
  const verdicts = checks.map(({ passed, name, found }) => `  ${passed ? output.style('green', 'ok') : output.style('red', 'no')}  ${name}: ${found}`);
  if (versionId === undefined) return [`${fileName}: ${state} (registration ${id})`, ...verdicts];
  return [`${fileName}: ${state}. It is version ${versionId} of ${bundleId ?? 'its app'}.`, ...verdicts];
}

/** Throws with the checks that did not pass where the file is refused. */
async function untilVerified(world: World, output: Output, api: ApiClient, begun: RegistrationAnswer): Promise<RegistrationAnswer> {
  output.note(`Verifying ${begun.fileName} ...`);
  for (let registration = begun; ; registration = await api.get(`registrations/${at(begun.id)}`, registrationShape)) {
    if (registration.state === 'verified') return registration;
    if (registration.state === 'refused') {
      const failed = (registration.checks ?? []).filter(({ passed }) => !passed);
      throw new CliFailure(`${registration.fileName} is refused: ${registration.reason ?? 'a check did not pass.'}`, {
        code: 'package-refused', evidence: failed.map(({ name, expected, found }) => `${name}: expected ${expected}, found ${found}`),
        ...(registration.remedy === undefined ? {} : { remedy: registration.remedy }),
      });
    }
    if (world.interrupted.aborted) throw new CliFailure('Interrupted; the server goes on verifying.', { code: 'interrupted' });
    await world.sleep(LOOK_EVERY);
  }
}
