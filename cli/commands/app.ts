/** `wavecast app`: apps and their versions. How files become versions is in app-register.ts. */
import type { Command } from 'commander';
import { countOf, openStates } from '../../core/result/totals.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import type { Output } from '../output.ts';
import { checkLines } from '../verification.ts';
import { printable } from '../text.ts';
import type { VersionAnswer } from '../versions.ts';
import { bytes, dateTime, day } from '../when.ts';
import { addAppDevices } from './app-devices.ts';
import { addAppLife } from './app-life.ts';
import { addAppProfile } from './app-profile.ts';
import { addAppRegister } from './app-register.ts';
import { addAppSettings } from './app-settings.ts';
import { addAppTest } from './app-test.ts';
import { addAppVerify } from './app-verify.ts';
import { addAppVersion } from './app-version.ts';

type App = AnswerOf<'listApps'>['items'][number];

export function addApp(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'app', 'Apps developed for internal use, and their versions.');
  addAppRegister(group, open);
  addAppVerify(group, open);
  addAppVersion(group, open);
  addAppTest(group, open);
  addAppDevices(group, open);
  addAppSettings(group, open);
  addAppProfile(group, open);
  addAppLife(group, open);

  addCommand(group, { usage: 'list', description: 'Show all apps.', examples: ['app list', 'app list --adoption'] })
    .option('--adoption', 'how far the latest version has come, too: instructions of all its plans')
    .action(async ({ adoption }: { readonly adoption?: true }, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const { items: apps } = await client.call('listApps');
      const totals = adoption === true ? new Map((await client.call('listAdoption')).items.map(({ versionId, instructions }) => [versionId, instructions])) : undefined;
      const items = apps.map((app) => (totals === undefined ? app : { ...app, adoption: totals.get(app.latest?.id ?? '') ?? {} }));
      const count = (states: Parameters<typeof countOf>[1]) => ({ latest }: App): number => countOf(totals?.get(latest?.id ?? '') ?? {}, states);
      output.list(items, [
        { title: 'PACKAGE NAME', value: ({ bundleId }) => bundleId, keep: true },
        { title: 'TITLE', value: ({ title }) => title },
        { title: 'VERSIONS', value: ({ versions }) => versions, align: 'right' },
        { title: 'LATEST', value: ({ latest }) => (latest === undefined ? undefined : `${latest.shortVersion} (${latest.version})`) },
        { title: 'EXPIRES', value: ({ latest }) => (latest === undefined ? undefined : day(latest.profileExpiresAt)) },
        ...(totals === undefined ? [] : [
          { title: 'INSTALLED', value: count(['installed']), align: 'right' as const }, { title: 'FAILED', value: count(['failed', 'rejected', 'timedOut']), align: 'right' as const }, { title: 'OPEN', value: count(openStates), align: 'right' as const },
        ]),
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
