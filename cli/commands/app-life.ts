/** `wavecast app replace`, `withdraw`, `delete`, `storage`: how versions come to their end. */
import type { Command } from 'commander';
import { PRICE_PER_GB_MONTH } from '../../core/catalog/storage.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { checkBody } from '../check-body.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { dayCount, price } from '../options.ts';
import type { Output } from '../output.ts';
import { counted, printable } from '../text.ts';
import { findVersion, versionName } from '../versions.ts';
import { bytes, day } from '../when.ts';

interface WithdrawOptions {
  readonly reason: string;
  readonly force?: true;
}

interface StorageOptions {
  readonly unusedAfter: number;
  readonly price: number;
  readonly unused?: true;
}

type PlanUse = AnswerOf<'replaceVersion'>['changed'][number];
type Stored = AnswerOf<'getStorage'>['versions'][number];

const APP = 'com.example.fieldwork';
/** A bundle identifier is no version's id: that has no dot. */
const packageName = /^[^@]+\.[^@]+$/;

export function addAppLife(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'replace <version>', description: 'Another version takes its place in all plans that are drafts. Plans that go on are named, and stay as they are. VERSION: an id of `wavecast app show`, or PACKAGE-NAME@VERSION.',
    examples: [`app replace ${APP}@2.1.0 --by ${APP}@2.2.0`],
  })
    .requiredOption('--by <version>', 'the version of the same app that takes its place')
    .action(async (text: string, { by }: { readonly by: string }, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const [{ id }, { id: versionId }] = [await findVersion(client, text), await findVersion(client, by)];
      const answer = await client.call('replaceVersion', { id, body: { versionId } });
      output.result(answer, () => [`${counted(answer.changed.length, 'draft')} changed:`, ...usesOf(output, answer.changed), ...(answer.going.length === 0 ? [] : ['Still for the former version, since they go on:', ...usesOf(output, answer.going)])]);
    });

  addCommand(group, {
    usage: 'withdraw <version>', description: 'Take a version back: nobody is instructed any more, its links are dead at once, its file is removed. Devices that have it keep it. It stays on record; registering the file again takes the withdrawal back. VERSION: an id of `wavecast app show`, or PACKAGE-NAME@VERSION.',
    examples: [`app withdraw ${APP}@2.1.0 --reason "Crashes when it starts"`, `app withdraw ${APP}@2.1.0 --reason "Crashes when it starts" --force`],
  })
    .requiredOption('--reason <text>', 'why; it stays on record')
    .option('--force', 'cancel the plans that go on with it')
    .action(async (text: string, { reason, force }: WithdrawOptions, command: Command) => {
      const body = checkBody('withdrawVersion', { reason, ...(force === true ? { force } : {}) }, { reason: '--reason' });
      const { api, output } = open(command);
      const client = await api();
      const { id } = await findVersion(client, text);
      const answer = await client.call('withdrawVersion', { id, body });
      output.result(answer, () => [`${versionName(answer.version)} is withdrawn.`, ...(answer.cancelled.length === 0 ? [] : ['Cancelled plans, with the state they were in:', ...usesOf(output, answer.cancelled)])]);
      output.note(`Register its file again to take that back. From a day later on \`wavecast app delete ${id}\` takes it out of the lists.`);
    });

  addCommand(group, {
    usage: 'delete <version-or-package>', description: 'Take a withdrawn version out of the lists, or an app with all its versions. What names them stays readable: plans, instructions, audit log.',
    examples: [`app delete ${APP}@2.1.0`, `app delete ${APP}`],
  }).action(async (text: string, _: object, command: Command) => {
    const { api, output } = open(command);
    const client = await api();
    if (packageName.test(text)) {
      const answer = await client.call('deleteApp', { id: text });
      output.result(answer, () => [`${text} is deleted, with ${counted(answer.deleted.length, 'version')}.`]);
      return;
    }
    const version = await findVersion(client, text);
    const answer = await client.call('deleteVersion', { id: version.id });
    output.result(answer, () => [`${versionName(version)} is deleted.`]);
  });

  addCommand(group, {
    usage: 'storage', description: 'Show what the versions on the communication server take and cost, and which of them nobody uses.',
    examples: ['app storage', 'app storage --unused', 'app storage --price 0.025 --unused-after 90'],
  })
    .option('--unused', 'only versions that are unused or superseded')
    .option('--unused-after <days>', 'a version that nobody has is unused so many days after it was verified', dayCount, 30)
    .option('--price <number>', 'per GB (2^30 bytes) and month; the default is US dollars of S3 Standard in us-east-1', price, PRICE_PER_GB_MONTH)
    .action(async ({ unusedAfter, price: pricePerGb, unused }: StorageOptions, command: Command) => {
      const { api, output } = open(command);
      const answer = await (await api()).call('getStorage', { query: { unusedDays: unusedAfter, pricePerGb } });
      const versions = unused === true ? answer.versions.filter(({ standing }) => standing === 'unused' || standing === 'superseded') : answer.versions;
      const sum = `All versions: ${bytes(answer.bytes)}, ${money(answer.monthlyCost)} a month at ${answer.pricePerGb} per GB.`;
      const { files, bytes: left, monthlyCost } = answer.leftovers;
      const besides = files === 0 ? [] : [`Besides, ${counted(files, 'placed file')} that no version goes by: ${bytes(left)}, ${money(monthlyCost)} a month. \`wavecast files list --unused\` names them.`];
      output.result({ ...answer, versions }, () => [...storageTable(output, versions), ...(versions.length === 0 ? [] : ['']), ...[sum, ...besides].flatMap((line) => output.sentence(line))]);
      if (versions.length === 0) output.note(unused === true ? 'Every version is in use or new.' : 'There are no versions.');
      else if (versions.some(({ standing }) => standing === 'unused' || standing === 'superseded')) output.note('Free what nobody needs with `wavecast app withdraw`.');
    });
}

function storageTable(output: Output, versions: readonly Stored[]): readonly string[] {
  return output.table([
    { title: 'ID', value: ({ id }) => id, keep: true },
    { title: 'PACKAGE NAME', value: ({ bundleId }) => bundleId },
    { title: 'VERSION', value: ({ shortVersion, version }) => `${shortVersion} (${version})` },
    { title: 'STANDING', value: ({ standing }) => standing, keep: true },
    { title: 'STORED', value: ({ bytes: stored }) => bytes(stored), align: 'right' },
    { title: 'A MONTH', value: ({ monthlyCost }) => money(monthlyCost), align: 'right' },
    { title: 'INSTALLED', value: ({ installed }) => installed, align: 'right', spare: true },
    { title: 'PLANS', value: ({ plans }) => plans, align: 'right', spare: true },
    { title: 'REGISTERED', value: ({ createdAt }) => day(createdAt), spare: true },
  ], versions);
}

/** Small sums matter here: a version of 30 MB costs a tenth of a cent. */
function money(amount: number): string {
  return amount === 0 || amount >= 1 ? amount.toFixed(2) : amount.toPrecision(2);
}

function usesOf(output: Output, uses: readonly PlanUse[]): readonly string[] {
  return uses.flatMap(({ id, name, state }) => output.sentence(`${printable(name)} (${id}): ${state}`, '  '));
}
