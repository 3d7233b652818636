/** `wavecast profile-signer`: so that devices show the enrolment profile as verified. */
import type { Command } from 'commander';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { checkBody } from '../check-body.ts';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import { addKeyFileOptions, keyFileFlags, readKeyFile, type KeyFileOptions } from '../key-file.ts';
import type { Output } from '../output.ts';
import { dateTime } from '../when.ts';

export function addProfileSigner(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'profile-signer', 'The certificate that signs enrolment profiles.');

  addCommand(group, { usage: 'show', description: 'Show who signs enrolment profiles.', examples: ['profile-signer show'] }).action(async (_: object, command: Command) => {
    const { api, output } = open(command);
    say(output, await (await api()).call('getProfileSigner'));
  });

  addKeyFileOptions(addCommand(group, {
    usage: 'set', description: 'Sign enrolment profiles from now on. The certificate must lead to a root that devices trust, as a web server\'s does; the certificates above it follow it in its file.',
    examples: ['profile-signer set --pkcs12 signing.p12 --password-file signing.password', 'profile-signer set --certificate fullchain.pem --key privkey.pem'],
  })).action(async (options: KeyFileOptions, command: Command) => {
    const { api, output, world } = open(command);
    const body = checkBody('setProfileSigner', await readKeyFile(options, world.env), keyFileFlags);
    say(output, await (await api()).call('setProfileSigner', { body }));
  });

  addCommand(group, { usage: 'remove', description: 'Hand out plain profiles from now on. Devices that enrolled by a signed one still renew by its signer.', examples: ['profile-signer remove'] }).action(async (_: object, command: Command) => {
    const { api, output } = open(command);
    say(output, await (await api()).call('removeProfileSigner'));
  });
}

function say(output: Output, signer: AnswerOf<'getProfileSigner'>): void {
  const { signed, subject, issuer, fingerprint, expiresAt, warning } = signer;
  output.facts(signer, [
    ['Profiles', signed ? 'signed' : 'plain'], ['Subject', subject?.replaceAll('\n', ', ')], ['Issuer', issuer?.replaceAll('\n', ', ')], ['Fingerprint', fingerprint],
    ['Good until', expiresAt === undefined ? undefined : dateTime(expiresAt)],
  ]);
  if (warning !== undefined) output.note(warning);
}
