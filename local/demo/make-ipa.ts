#!/usr/bin/env node
/** `npm run make-ipa`: writes a sample IPA. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { sampleKinds, writeSampleIpa, type SampleKind } from './sample-ipa.ts';

interface Options {
  readonly bundleId: string;
  readonly build: string;
  readonly shortVersion: string;
  readonly title: string;
  readonly size: number;
  readonly kind: SampleKind;
  readonly seed?: string;
  readonly expires?: number;
  readonly team?: string;
  readonly device: readonly string[];
  readonly extension: readonly string[];
  readonly xml?: true;
}

const units: Readonly<Record<string, number>> = { '': 1, k: 1_000, m: 1_000_000, g: 1_000_000_000 };

function parseSize(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([kmg]?)b?$/i.exec(text) ?? [];
  const factor = units[(unit ?? '').toLowerCase()];
  if (digits === undefined || factor === undefined) throw new InvalidArgumentError('Use bytes, or a number with kB, MB or GB: 30MB.');
  return Math.round(Number(digits) * factor);
}

function parseDay(text: string): number {
  const instant = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(instant)) throw new InvalidArgumentError('Use a day: 2027-12-31.');
  return instant;
}

const gather = (value: string, gathered: readonly string[]): readonly string[] => [...gathered, value];

const examples = `
Examples:
  $ npm run --silent make-ipa -- Fieldwork-1.0.0.ipa
  $ npm run --silent make-ipa -- Next.ipa --short-version 1.1.0 --build 2
  $ npm run --silent make-ipa -- Store.ipa --kind app-store
  $ npm run --silent make-ipa -- Old.ipa --expires 2026-01-31
  $ npm run --silent make-ipa -- Large.ipa --size 2GB`;

const command = new Command('make-ipa')
  .description('Writes a sample IPA: the structure of a real one around data that does not compress. Nothing in it runs.')
  .argument('<file>', 'where to write it')
  .option('--bundle-id <id>', 'package name', 'com.example.fieldwork')
  .option('--build <version>', 'CFBundleVersion', '1')
  .option('--short-version <version>', 'CFBundleShortVersionString', '1.0.0')
  .option('--title <text>', 'name under the icon', 'Fieldwork')
  .option('--size <bytes>', 'size of the file, e.g. 30MB or 2GB', parseSize, 30_000_000)
  .addOption(new Option('--kind <kind>', 'what it was exported for').choices(sampleKinds).default('enterprise'))
  .option('--seed <text>', 'the same seed and options give the same bytes (default: the package name)')
  .option('--expires <day>', 'when its provisioning profile ends (default: in a year)', parseDay)
  .option('--team <id>', 'team identifier')
  .option('--device <udid>', 'a device of an ad hoc or development profile; may be repeated', gather, [])
  .option('--extension <name>', 'an app extension with a profile of its own; may be repeated', gather, [])
  .option('--xml', 'write Info.plist as XML instead of binary')
  .addHelpText('after', examples)
  .action(async (path: string, options: Options) => {
    const { size } = await writeSampleIpa({
      path, bundleId: options.bundleId, version: options.build, shortVersion: options.shortVersion, title: options.title, sizeBytes: options.size, kind: options.kind,
      provisionedDevices: options.device, extensions: options.extension.map((name) => ({ name })), infoPlist: options.xml === true ? 'xml' : 'binary',
      ...(options.seed === undefined ? {} : { seed: options.seed }), ...(options.expires === undefined ? {} : { expiresAt: options.expires }), ...(options.team === undefined ? {} : { teamId: options.team }),
    }).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : 'unknown';
      return command.error(`error: ${path} cannot be written (${reason}). Name a file in a folder that exists and has room.`);
    });
    console.log(`${path}: ${options.bundleId} ${options.shortVersion} (${options.build}), ${options.kind}, ${size} bytes`);
  });

await command.parseAsync();
