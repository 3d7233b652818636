/** `wavecast app`: apps, their versions, and test installs. How files become versions is in app-register.ts. */
import type { Command } from 'commander';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import { gather } from '../options.ts';
import type { Output } from '../output.ts';
import { checkLines } from '../verification.ts';
import { printable } from '../text.ts';
import { findVersion, type VersionAnswer } from '../versions.ts';
import { bytes, dateTime, day } from '../when.ts';
import { addAppDevices } from './app-devices.ts';
import { addAppLife } from './app-life.ts';
import { addAppProfile } from './app-profile.ts';
import { addAppRegister } from './app-register.ts';
import { addAppSettings } from './app-settings.ts';
import { addAppVerify } from './app-verify.ts';
import { addAppVersion } from './app-version.ts';

export function addApp(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'app', 'Apps developed for internal use, and their versions.');
  addAppRegister(group, open);
  addAppVerify(group, open);
  addAppVersion(group, open);
  addAppDevices(group, open);
  addAppSettings(group, open);
  addAppProfile(group, open);
  addAppLife(group, open);

  addCommand(group, { usage: 'list', description: 'Show all apps.', examples: ['app list'] }).action(async (_: object, command: Command) => {
    const { api, output } = open(command);
    const { items } = await (await api()).call('listApps');
    output.list(items, [
      { title: 'PACKAGE NAME', value: ({ bundleId }) => bundleId, keep: true },
      { title: 'TITLE', value: ({ title }) => title },
      { title: 'VERSIONS', value: ({ versions }) => versions, align: 'right' },
      { title: 'LATEST', value: ({ latest }) => (latest === undefined ? undefined : `${latest.shortVersion} (${latest.version})`) },
      { title: 'EXPIRES', value: ({ latest }) => (latest === undefined ? undefined : day(latest.profileExpiresAt)) },
      { title: 'DESCRIPTION', value: ({ description }) => description, spare: true },
    ], 'There are no apps. Register one with `wavecast app register FILE`.');
    for (const { bundleId, ending } of items) for (const { shortVersion, version, warning } of ending) output.note(`${bundleId} ${shortVersion} (${version}): ${warning}`);
  });

  addCommand(group, { usage: 'show <package-name>', description: 'Show an app, its versions, and what is wrong with them.', examples: ['app show com.example.fieldwork'] }).action(async (bundleId: string, _: object, command: Command) => {
    const { api, output } = open(command);
    const app = await (await api()).call('getApp', { id: bundleId });
    output.result(app, () => [
      `${output.style('bold', app.title)}  ${app.bundleId}`, ...(app.description === '' ? [] : [app.description]), '', ...versionTable(output, app.versions),
      ...app.versions.flatMap((version) => [...versionNotes(output, version), ...whatIsWrong(output, version)]),
    ]);
  });

  addCommand(group, {
    usage: 'test-install <version>', description: 'Install a version on test devices, before any distribution. VERSION: an id of `wavecast app show`, or PACKAGE-NAME@VERSION.',
    examples: ['app test-install com.example.fieldwork@2.1.0', 'app test-install 31dfa5e714968814d77eb5e66e0a0e8a --device 0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c'],
  })
    .option('--device <id>', 'a test device; may be repeated (default: all test devices)', gather)
    .action(async (text: string, options: { readonly device?: readonly string[] }, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const { id, bundleId } = await findVersion(client, text);
      const { device } = options;
      const answer = await client.call('testInstall', { id, body: device === undefined ? {} : { deviceIds: [...device] } });
      output.result(answer, () => [
        ...(answer.instructed.length === 0 ? [] : [`Instructed: ${answer.instructed.join(', ')}.`]),
        ...(answer.held.length === 0 ? [] : [`Not instructed, since another instruction for the app is under way: ${answer.held.join(', ')}.`]),
      ]);
      output.note(`\`wavecast app show ${bundleId}\` says "proven" once one of the test devices has it.`);
    });
}

/** Under the table: a version that nobody can be given says why. */
function whatIsWrong(output: Output, { id, shortVersion, version, fileName, checks }: VersionAnswer): readonly string[] {
  const failed = checks.filter(({ passed }) => !passed);
  return failed.length === 0 ? [] : ['', ...output.sentence(`${shortVersion} (${version}), ${fileName}, ${id}:`), ...checkLines(failed, output)];
}

function versionTable(output: Output, versions: readonly VersionAnswer[]): readonly string[] {
  return output.table([
    { title: 'ID', value: ({ id }) => id, keep: true },
    { title: 'VERSION', value: ({ shortVersion, version }) => `${shortVersion} (${version})` },
    { title: 'PLACEMENT', value: ({ placement, withdrawn }) => (withdrawn === undefined ? placement : 'withdrawn') },
    { title: 'SIZE', value: ({ size }) => bytes(size), align: 'right' },
    { title: 'EXPIRES', value: ({ profileExpiresAt }) => day(profileExpiresAt) },
    { title: 'FILE', value: ({ fileName }) => fileName, spare: true },
    { title: 'KIND', value: ({ kind }) => kind, spare: true },
  ], versions);
}

/** What a line of the table does not tell: that it ends, was renewed, was withdrawn. */
function versionNotes(output: Output, { shortVersion, version, warning, renewal, withdrawn }: VersionAnswer): readonly string[] {
  const notes = [
    ...(warning === undefined ? [] : [warning]),
    ...(renewal === undefined ? [] : [`Its profile was renewed by ${renewal.by} on ${dateTime(renewal.at)}: "${printable(renewal.name)}", good until ${day(renewal.endsAt)}.`]),
    ...(withdrawn === undefined ? [] : [`It was withdrawn by ${withdrawn.by} on ${dateTime(withdrawn.at)}: ${printable(withdrawn.reason)}`]),
  ];
  return notes.flatMap((note) => output.sentence(`${shortVersion} (${version}): ${note}`));
}
