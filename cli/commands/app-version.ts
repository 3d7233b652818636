/** `wavecast app version`, `wavecast app icon`: one version in full. */
import { Option, type Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';
import { downloadBytes, writeOutput } from '../download.ts';
import type { Output } from '../output.ts';
import { renderFacts } from '../table.ts';
import { checkLines, warningLines } from '../verification.ts';
import { findVersion, type VersionAnswer } from '../versions.ts';
import { bytes, dateTime, day } from '../when.ts';

const sizes = ['57', '512', 'original'] as const;

export function addAppVersion(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'version <version>', description: 'Show a version in full: what its file says, its checks and warnings. VERSION: an id of `wavecast app show`, or PACKAGE-NAME@VERSION.',
    examples: ['app version com.example.fieldwork@2.1.0', 'app version 31dfa5e714968814d77eb5e66e0a0e8a --json'],
  }).action(async (text: string, _: object, command: Command) => {
    const { api, output } = open(command);
    const version = await findVersion(await api(), text);
    output.result(version, () => versionLines(version, output));
  });

  addCommand(group, {
    usage: 'icon <version>', description: 'Write the icon of a version as a PNG file. VERSION: an id of `wavecast app show`, or PACKAGE-NAME@VERSION.',
    examples: ['app icon com.example.fieldwork@2.1.0 --output fieldwork.png', 'app icon com.example.fieldwork@2.1.0 --size 57 --output small.png'],
  })
    .requiredOption('--output <file>', 'where to write it')
    .addOption(new Option('--size <size>', 'pixels on each side').choices(sizes).default('original'))
    .action(async (text: string, { output: file, size }: { readonly output: string; readonly size: (typeof sizes)[number] }, command: Command) => {
      const { api, output, world } = open(command);
      const client = await api();
      const { id } = await findVersion(client, text);
      const { link } = await client.call('getVersionIcon', { id, query: { size } });
      const png = await downloadBytes(world, 'The icon', link);
      await writeOutput(file, png);
      output.result({ versionId: id, size, file, bytes: png.length }, () => [`${file}: ${bytes(png.length)}`]);
    });
}

function versionLines(version: VersionAnswer, output: Output): readonly string[] {
  const { title, shortVersion, checks, warnings, verifiedAt, iconWidth } = version;
  const facts = renderFacts([
    ['Id', version.id], ['Package name', version.bundleId], ['Version', shortVersion], ['Build', version.version], ['File', `${version.fileName}, ${bytes(version.size)}`], ['SHA-256', version.digest],
    ['Kind', version.kind], ['Team', version.teamId], ['Application identifier', version.applicationIdentifier], ['Profile expires', day(version.profileExpiresAt)],
    ['Needs iOS', version.minimumOsVersion === '' ? undefined : version.minimumOsVersion], ['Devices', version.deviceFamilies.map((family) => families[family] ?? String(family)).join(', ')],
    ['Icon', iconWidth === undefined ? 'none' : `${iconWidth} x ${iconWidth}`], ['Placement', version.placement], ['Verified', verifiedAt === undefined ? undefined : dateTime(verifiedAt)],
  ]);
  return [
    output.style('bold', title), ...facts,
    ...checkLines(checks, output), ...warningLines(warnings, output),
  ];
}

const families: Readonly<Record<number, string>> = { 1: 'iPhone', 2: 'iPad', 3: 'Apple TV', 4: 'Apple Watch', 7: 'Apple Vision' };
