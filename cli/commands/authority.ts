/** `wavecast authority`: who issues the devices' identities. */
import type { Command } from 'commander';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { checkBody } from '../check-body.ts';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import type { Output } from '../output.ts';
import { readPem } from '../read-file.ts';
import { dateTime } from '../when.ts';

type Authorities = AnswerOf<'getAuthority'>;

interface ImportOptions {
  readonly certificate: string;
  readonly key: string;
  readonly chain?: string;
}

export function addAuthority(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'authority', 'The certification authority that issues the devices\' identities.');

  addCommand(group, { usage: 'show', description: 'Show the authority that issues, and the former ones whose identities still hold.', examples: ['authority show', 'authority show --json'] })
    .action(async (_: object, command: Command) => {
      const { api, output } = open(command);
      show(output, await (await api()).call('getAuthority'));
    });

  addCommand(group, {
    usage: 'rotate', description: 'Make a new authority, which issues from now on. Identities of the former ones hold until they end; devices get one of the new authority when they renew.',
    examples: ['authority rotate'],
  }).action(async (_: object, command: Command) => {
    const { api, output } = open(command);
    show(output, await (await api()).call('rotateAuthority'));
  });

  addCommand(group, {
    usage: 'import', description: 'Let an authority of your own issue from now on. Identities of the former ones hold until they end.',
    examples: ['authority import --certificate ca.pem --key ca.key', 'authority import --certificate issuing.pem --key issuing.key --chain root.pem'],
  })
    .requiredOption('--certificate <file>', 'its certificate, PEM: RSA of 2048 to 4096 bits, CA:TRUE')
    .requiredOption('--key <file>', 'its private key, PEM, unencrypted; it is kept in the secret store and never shown')
    .option('--chain <file>', 'the certificates above it, PEM, from its issuer up to the root')
    .action(async ({ certificate, key, chain }: ImportOptions, command: Command) => {
      const { api, output } = open(command);
      const body = checkBody('importAuthority', {
        certificate: await readPem('--certificate', certificate), key: await readPem('--key', key), ...(chain === undefined ? {} : { chain: await readPem('--chain', chain) }),
      }, { certificate: '--certificate', key: '--key', chain: '--chain' });
      show(output, await (await api()).call('importAuthority', { body }));
    });
}

function show(output: Output, answer: Authorities): void {
  const rows = [{ ...answer.current, issues: true }, ...answer.former.map((each) => ({ ...each, issues: false }))];
  output.result(answer, () => output.table([
    { title: 'FINGERPRINT', value: ({ fingerprint }) => fingerprint.slice(0, 16), keep: true },
    { title: 'SUBJECT', value: ({ subject }) => subject },
    { title: 'ISSUES', value: ({ issues }) => (issues ? 'yes' : '') },
    { title: 'ACCEPTED UNTIL', value: ({ acceptedUntil, expiresAt }) => dateTime(acceptedUntil ?? expiresAt) },
  ], rows));
}
