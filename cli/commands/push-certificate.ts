/** `wavecast push-certificate`: what lets us wake devices. */
import type { Command } from 'commander';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { checkBody } from '../check-body.ts';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import { addKeyFileOptions, keyFileFlags, readKeyFile, type KeyFileOptions } from '../key-file.ts';
import type { Output } from '../output.ts';
import { dateTime } from '../when.ts';

interface SetOptions extends KeyFileOptions {
  readonly force?: true;
}

export function addPushCertificate(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'push-certificate', 'The organisation\'s APNs certificate, from identity.apple.com.');

  addCommand(group, { usage: 'show', description: 'Show its topic and when it ends, and whether pushes are refused.', examples: ['push-certificate show'] }).action(async (_: object, command: Command) => {
    const { api, output } = open(command);
    say(output, await (await api()).call('getPushCertificate'));
  });

  addKeyFileOptions(addCommand(group, {
    usage: 'set', description: 'Set it, or replace it with the renewed one.',
    examples: ['push-certificate set --pkcs12 mdm.p12 --password-file mdm.password', 'push-certificate set --certificate mdm.pem --key mdm.key'],
  }))
    .option('--force', 'also where it has another topic: enrolled devices can then not be woken until they enrol again')
    .action(async (options: SetOptions, command: Command) => {
      const { api, output, world } = open(command);
      const body = checkBody('setPushCertificate', { ...(await readKeyFile(options, world.env)), ...(options.force === true ? { force: true } : {}) }, keyFileFlags);
      say(output, await (await api()).call('setPushCertificate', { body }));
    });
}

function say(output: Output, certificate: AnswerOf<'getPushCertificate'>): void {
  output.facts(certificate, [['Topic', certificate.topic], ['Good until', dateTime(certificate.expiresAt)], ['Pushes', certificate.fault === undefined ? undefined : `refused: ${certificate.fault}`]]);
  if (certificate.warning !== undefined) output.note(certificate.warning);
}
