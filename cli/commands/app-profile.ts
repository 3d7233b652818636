/** `wavecast app renew-profile` and what follows: a profile takes the place of one in a build, without the app being sent again. */
import type { Command } from 'commander';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import type { ApiClient } from '../api-client.ts';
import { checkBody } from '../check-body.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { deviceIdOf } from '../device-id.ts';
import { everyItem } from '../every-item.ts';
import { wrongUsage } from '../failure.ts';
import { gather } from '../options.ts';
import type { Output } from '../output.ts';
import { readGiven } from '../read-file.ts';
import { counted, printable } from '../text.ts';
import { findVersion, versionName } from '../versions.ts';
import { dateTime, day } from '../when.ts';

interface RenewOptions {
  readonly profile: string;
  readonly again?: true;
  readonly send?: true;
}

interface SendOptions {
  readonly branch?: readonly string[];
  readonly device?: readonly string[];
}

/** What became of sending: by device where there are names to tell, by count for those that had it. */
interface Sent {
  readonly sent: { readonly deviceId: string; readonly deviceName: string; readonly commandUUID: string }[];
  before: number;
}

const VERSION = 'com.example.fieldwork@2.1.0';
/** As many as the API takes in one request. */
const MOST = 50;

export function addAppProfile(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'renew-profile <version>', description: 'Renew the provisioning profile of a version without sending the app again. The profile must be that of the build, renewed with the same certificate. VERSION: an id of `wavecast app show`, or PACKAGE-NAME@VERSION.',
    examples: [`app renew-profile ${VERSION} --profile Fieldwork_2027.mobileprovision`, `app renew-profile ${VERSION} --profile Fieldwork_2027.mobileprovision --send`],
  })
    .requiredOption('--profile <file>', 'the renewed profile, as the developer portal gives it (.mobileprovision)')
    .option('--again', 'the same profile once more: `send-profile` then sends it to those, too, that were sent it before')
    .option('--send', 'send it at once to every device that has the version')
    .action(async (text: string, { profile, again, send }: RenewOptions, command: Command) => {
      const { api, output } = open(command);
      const body = checkBody('renewProfile', { profile: (await readGiven('--profile', profile)).toString('base64'), ...(again === true ? { again } : {}) }, { profile: '--profile' });
      const client = await api();
      const { id } = await findVersion(client, text);
      const renewed = await client.call('renewProfile', { id, body });
      const sent = send === true ? await sendTo(client, id, { branchIds: await allBranches(client), deviceIds: [] }, output) : undefined;
      output.result(sent === undefined ? renewed : { ...renewed, ...sent }, () => [...renewalSentences(renewed).flatMap((said) => output.sentence(said)), ...(sent === undefined ? [] : sentLines(sent))]);
      output.note(sent === undefined ? `Send it with \`wavecast app send-profile ${id}\`.` : whatNext(id));
    });

  addCommand(group, {
    usage: 'send-profile <version>', description: 'Send the renewed profile of a version to the devices that have it by their last inventory: of all branches, or of those named. 50 devices at a time; none is sent it twice, so that it may be repeated. The app itself is not sent.',
    examples: [`app send-profile ${VERSION}`, `app send-profile ${VERSION} --branch berlin --branch tokyo`, `app send-profile ${VERSION} --device till-07`],
  })
    .option('--branch <id>', 'only devices of this branch; may be repeated', gather)
    .option('--device <device>', 'this device, whatever it has: id, name or serial number; may be repeated', gather)
    .action(async (text: string, { branch, device }: SendOptions, command: Command) => {
      if (branch !== undefined && device !== undefined) throw wrongUsage('--branch and --device do not go together.', 'Give one of them, or neither for all branches.');
      const { api, output } = open(command);
      const client = await api();
      const { id } = await findVersion(client, text);
      const deviceIds: string[] = [];
      for (const named of device ?? []) deviceIds.push(await deviceIdOf(client, named));
      const sent = await sendTo(client, id, { branchIds: device === undefined ? branch ?? await allBranches(client) : [], deviceIds }, output);
      output.result(sent, () => sentLines(sent));
      output.note(whatNext(id));
    });

  addCommand(group, {
    usage: 'profile-devices <version>', description: 'Show which of the devices that have a version got its renewed profile.',
    examples: [`app profile-devices ${VERSION}`, `app profile-devices ${VERSION} --branch berlin`],
  })
    .option('--branch <id>', 'only devices of this branch; may be repeated', gather)
    .action(async (text: string, { branch }: Pick<SendOptions, 'branch'>, command: Command) => {
      const { api, output } = open(command);
      const client = await api();
      const { id } = await findVersion(client, text);
      const lists: (Awaited<ReturnType<typeof devicesOf>>[number] & { readonly branchId: string })[] = [];
      for (const branchId of branch ?? await allBranches(client)) lists.push(...(await devicesOf(client, id, branchId)).map((each) => ({ branchId, ...each })));
      output.list(lists, [
        { title: 'DEVICE', value: ({ deviceName }) => deviceName },
        { title: 'BRANCH', value: ({ branchId }) => branchId },
        { title: 'STATE', value: ({ state }) => state, keep: true },
        { title: 'REPORTED', value: ({ reportedAt }) => (reportedAt === undefined ? undefined : dateTime(reportedAt)), spare: true },
        { title: 'WHY', value: ({ reason }) => (reason === undefined ? '' : [reason.words, ...(reason.deviceCodes ?? [])].join(' ')), wrap: true },
      ], 'No device has the version, by what devices last reported.');
    });
}

/** Page after page, one request at a time. What was sent before a failure stays sent, and is counted as such when it is repeated. */
async function sendTo(api: ApiClient, id: string, { branchIds, deviceIds }: { readonly branchIds: readonly string[]; readonly deviceIds: readonly string[] }, output: Output): Promise<Sent> {
  const all: Sent = { sent: [], before: 0 };
  const take = ({ sent, before }: Pick<Awaited<ReturnType<typeof sendPage>>, 'sent' | 'before'>): void => {
    all.sent.push(...sent);
    all.before += before;
  };
  for (let from = 0; from < deviceIds.length; from += MOST) take(await sendPage(api, id, { deviceIds: deviceIds.slice(from, from + MOST) }));
  for (const branchId of branchIds) {
    let after: string | undefined;
    do {
      const page = await sendPage(api, id, { branchId, ...(after === undefined ? {} : { after }) });
      take(page);
      after = page.next;
    } while (after !== undefined);
    if (branchIds.length > 1) output.note(`${branchId}: done, ${counted(all.sent.length, 'device')} so far.`);
  }
  return all;
}

function sendPage(api: ApiClient, id: string, to: { readonly deviceIds: string[] } | { readonly branchId: string; readonly after?: string }) {
  return api.call('sendProfile', { id, body: to });
}

function devicesOf(api: ApiClient, id: string, branchId: string) {
  return everyItem(({ after, limit }) => api.call('listProfileDevices', { id, query: { branchId, after, limit: Math.min(limit, MOST) } }));
}

async function allBranches(api: ApiClient): Promise<readonly string[]> {
  return (await api.call('listBranches')).items.map(({ id }) => id);
}

function renewalSentences({ version, leftOut, needBuild }: AnswerOf<'renewProfile'>): readonly string[] {
  return [
    `${versionName(version)} works until ${day(version.profileExpiresAt)} where devices have profile "${printable(version.renewal?.name ?? '')}".`,
    ...(leftOut === 0 ? [] : [`${counted(leftOut, 'device')} of the build's list ${leftOut === 1 ? 'is' : 'are'} not in the profile's: the version is instructed to ${leftOut === 1 ? 'it' : 'them'} no more.`]),
    ...(needBuild === 0 ? [] : [`${counted(needBuild, 'device')} of the profile's list ${needBuild === 1 ? 'is' : 'are'} not in the build's: ${needBuild === 1 ? 'it needs' : 'they need'} a new build.`]),
  ];
}

function sentLines({ sent, before }: Sent): readonly string[] {
  return [`Sent to ${counted(sent.length, 'device')}.`, ...(before === 0 ? [] : [`${counted(before, 'device')} had been sent it before.`])];
}

function whatNext(id: string): string {
  return `See who got it with \`wavecast app profile-devices ${id}\`.`;
}
