/** `wavecast app test-install`, `test-progress`: a version on test devices, before any distribution. */
import type { Command } from 'commander';
import { openStates } from '../../core/result/totals.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import type { ApiClient } from '../api-client.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { CliFailure } from '../failure.ts';
import { gather } from '../options.ts';
import type { Output } from '../output.ts';
import { printable } from '../text.ts';
import { findVersion } from '../versions.ts';
import { bytes, dateTime } from '../when.ts';
import type { World } from '../world.ts';

type Progress = AnswerOf<'getTestInstall'>;
type TestDevice = Progress['items'][number];

/** A device takes minutes. */
const LOOK_EVERY = 3_000;
const open: ReadonlySet<string> = new Set(openStates);

interface InstallOptions {
  readonly device?: readonly string[];
  readonly wait?: true;
}

export function addAppTest(group: Command, openScene: OpenScene): void {
  addCommand(group, {
    usage: 'test-install <version>', description: 'Install a version on test devices, before any distribution. VERSION: an id of `wavecast app show`, or PACKAGE-NAME@VERSION.',
    examples: ['app test-install com.example.fieldwork@2.1.0 --wait', 'app test-install 31dfa5e714968814d77eb5e66e0a0e8a --device 0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c'],
  })
    .option('--device <id>', 'a test device; may be repeated (default: all test devices)', gather)
    .option('--wait', 'until a test device has it; fails where none gets it')
    .action(async (text: string, { device, wait }: InstallOptions, command: Command) => {
      const { api, output, world } = openScene(command);
      const client = await api();
      const { id, bundleId } = await findVersion(client, text);
      const begun = await client.call('testInstall', { id, body: device === undefined ? {} : { deviceIds: [...device] } });
      const lines = [
        ...(begun.instructed.length === 0 ? [] : [`Instructed: ${begun.instructed.join(', ')}.`]),
        ...(begun.held.length === 0 ? [] : [`Not instructed, since another instruction for the app is under way: ${begun.held.join(', ')}.`]),
      ];
      if (wait !== true || begun.instructed.length === 0) {
        output.result(begun, () => lines);
        output.note(`\`wavecast app show ${bundleId}\` says "proven" once one of the test devices has it; \`wavecast app test-progress ${begun.waveId}\` how far each of them is.`);
        return;
      }
      for (const line of lines) output.note(line);
      const progress = await untilProven(world, client, begun.waveId, output);
      output.result({ ...begun, ...progress }, () => deviceTable(output, progress.items));
      output.note(`The placement is proven: \`wavecast plan create --version ${id} ...\` plans its distribution.`);
    });

  addCommand(group, {
    usage: 'test-progress <wave>', description: 'Show how far each device of a test install is. WAVE: as `wavecast app test-install` says it.',
    examples: ['app test-progress direct.0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c'],
  })
    .option('--wait', 'until a test device has it; fails where none gets it')
    .action(async (waveId: string, { wait }: Pick<InstallOptions, 'wait'>, command: Command) => {
      const { api, output, world } = openScene(command);
      const client = await api();
      const progress = wait === true ? await untilProven(world, client, waveId, output) : await client.call('getTestInstall', { id: waveId });
      output.result(progress, () => deviceTable(output, progress.items));
    });
}

/** Tells every change of a device meanwhile. Throws `not-installed` where no device is left that could get it. */
async function untilProven({ sleep, interrupted }: Pick<World, 'sleep' | 'interrupted'>, api: ApiClient, waveId: string, output: Output): Promise<Progress> {
  const told = new Map<string, string>();
  for (;;) {
    const progress = await api.call('getTestInstall', { id: waveId });
    for (const item of progress.items) {
      if (told.get(item.deviceId) !== item.state) output.note(`${printable(item.deviceName)}: ${item.state}`);
      told.set(item.deviceId, item.state);
    }
    if (progress.items.some(({ state }) => state === 'installed')) return progress;
    if (!progress.items.some(({ state }) => open.has(state))) {
      throw new CliFailure('No test device got the version.', {
        code: 'not-installed', evidence: progress.items.map((item) => `${item.deviceName}: ${item.state}. ${whyOf(item)}`.trim()), remedy: 'Put right what is said there, then install it on the test devices again.',
      });
    }
    if (interrupted.aborted) throw new CliFailure('Interrupted; the devices go on.', { code: 'interrupted', remedy: `See how far they are with \`wavecast app test-progress ${waveId}\`.` });
    await sleep(LOOK_EVERY);
  }
}

function deviceTable(output: Output, items: readonly TestDevice[]): readonly string[] {
  return output.table([
    { title: 'DEVICE', value: ({ deviceName }) => deviceName },
    { title: 'STATE', value: ({ state }) => state, keep: true },
    { title: 'SINCE', value: ({ updatedAt }) => dateTime(updatedAt), spare: true },
    { title: 'FETCHED', value: ({ download }) => (download === undefined ? undefined : bytes(download.bytes)), align: 'right', spare: true },
    { title: 'WHY', value: whyOf, wrap: true },
  ], items);
}

function whyOf({ reason }: TestDevice): string {
  return reason === undefined ? '' : [reason.words, ...(reason.deviceCodes ?? [])].join(' ');
}
