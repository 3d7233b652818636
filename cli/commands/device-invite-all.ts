/** `wavecast device invite-all`: invitations by file, and the file of their links. */
import { open as openFile, type FileHandle } from 'node:fs/promises';
import type { Command } from 'commander';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { decodeInvitations, invitationLinkLine, invitationLinksHeader } from '../../protocol/csv/invitations.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { notWritable } from '../download.ts';
import { CliFailure } from '../failure.ts';
import { checkAll, readRows, showRows } from '../row-file.ts';
import { counted } from '../text.ts';

type Invited = AnswerOf<'importInvitations'>;

interface Options {
  readonly check?: true;
  readonly output?: string;
}

export function addDeviceInviteAll(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'invite-all <file>',
    description: 'Make an invitation for each row of a CSV file (Name,Branch[,Serial number][,Display name][,Tags][,Test][,Uses][,Days]) and write their links as CSV. Named devices are made known, or overwritten. Each run makes new invitations.',
    examples: ['device invite-all new-tills.csv --check', 'device invite-all new-tills.csv --output links.csv'],
  })
    .option('--check', 'only look for mistakes')
    .option('-o, --output <file>', 'where the links go: a new file that only you can read (default: standard output)')
    .action(async (file: string, { check, output: target }: Options, command: Command) => {
      const { api, output, world } = open(command);
      const portions = await readRows(world, file, decodeInvitations);
      const client = await api();
      const checking = showRows(world, output, 'Checking', portions);
      const checked = await checkAll(portions, checking, ({ csv, firstLine }) => client.call('importInvitations', { body: { csv, firstLine, check: true } })).finally(checking.close);
      const rows = checked.reduce((total, each) => total + each.rows, 0);
      if (check === true) {
        const created = checked.reduce((total, { devices }) => total + devices.created, 0);
        output.result({ rows, created }, () => [`${counted(rows, 'invitation')} would be made, and ${counted(created, 'device')} made known.`]);
        return;
      }
      const links = target === undefined ? undefined : await newFile(target);
      const items: Invited['items'][number][] = [];
      const failed: Invited['failed'][number][] = [];
      const progress = showRows(world, output, 'Inviting', portions);
      const write = async (text: string): Promise<void> => {
        if (links !== undefined) await links.appendFile(text);
        else if (!output.json) output.raw(text);
      };
      try {
        await write(invitationLinksHeader);
        for (const { csv, firstLine, rows: some } of portions) {
          const answer = await client.call('importInvitations', { body: { csv, firstLine } }).catch((error: unknown) => { throw explained(error, firstLine, items.length); });
          await write(answer.items.map(invitationLinkLine).join(''));
          items.push(...answer.items);
          failed.push(...answer.failed);
          progress.add(some);
        }
      } finally {
        progress.close();
        await links?.close();
      }
      if (output.json) output.result({ rows, failed, ...(target === undefined ? { items } : { invitations: items.length, file: target }) }, () => []);
      else if (target !== undefined) output.note(`${target}: ${counted(items.length, 'link')}. Whoever has a link can enrol by it.`);
      if (failed.length > 0) {
        throw new CliFailure(`${counted(failed.length, 'row')} got no invitation, since something else changed at that moment.`, { code: 'conflict', evidence: failed.map(({ line, words }) => `Line ${line}: ${words}`), remedy: 'Run the command again with these rows alone.' });
      }
    });
}

/** Never over one that is there: links are said once, and what is in it could not be had again. */
async function newFile(file: string): Promise<FileHandle> {
  try {
    return await openFile(file, 'wx', 0o600);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') throw new CliFailure(`--output: ${file} exists; it may hold links that are said only once.`, { code: 'wrong-usage', remedy: 'Name a new file, or move that one away.', cause });
    throw notWritable(file, cause);
  }
}

function explained(error: unknown, firstLine: number, made: number): unknown {
  if (!(error instanceof CliFailure) || made === 0) return error;
  const { message, code, exitCode, evidence, status } = error;
  return new CliFailure(message, {
    code, exitCode, evidence: [...evidence, `The rows before line ${firstLine} are invited, and their links written.`], remedy: `Run the command again with the rows from line ${firstLine} on.`, ...(status === undefined ? {} : { status }), cause: error,
  });
}
