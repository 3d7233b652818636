/** `wavecast push-certificate`: what lets us wake devices. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { checkBody } from '../check-body.ts';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import { CliFailure, exitCodes, networkReason } from '../failure.ts';
import { dateTime } from '../when.ts';

interface SetOptions {
  readonly certificate: string;
  readonly key: string;
  readonly force?: true;
}

export function addPushCertificate(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'push-certificate', 'The organisation\'s APNs certificate, from identity.apple.com.');

  addCommand(group, { usage: 'show', description: 'Show its topic and when it ends.', examples: ['push-certificate show'] }).action(async (_: object, command: Command) => {
    const { api, output } = open(command);
    const certificate = await (await api()).call('getPushCertificate');
    output.facts(certificate, [['Topic', certificate.topic], ['Good until', dateTime(certificate.expiresAt)]]);
  });

  addCommand(group, { usage: 'set', description: 'Set it, or replace it with the renewed one.', examples: ['push-certificate set --certificate mdm.pem --key mdm.key'] })
    .requiredOption('--certificate <file>', 'the certificate, PEM')
    .requiredOption('--key <file>', 'its private key, PEM, unencrypted')
    .option('--force', 'also where it has another topic: enrolled devices can then not be woken until they enrol again')
    .action(async (options: SetOptions, command: Command) => {
      const { api, output } = open(command);
      const [certificate, key] = [await readPem('--certificate', options.certificate), await readPem('--key', options.key)];
      const body = checkBody('setPushCertificate', { certificate, key, ...(options.force === true ? { force: true } : {}) }, { certificate: '--certificate', key: '--key' });
      const set = await (await api()).call('setPushCertificate', { body });
      output.facts(set, [['Topic', set.topic], ['Good until', dateTime(set.expiresAt)]]);
    });
}

async function readPem(flag: string, path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CliFailure(`${flag}: ${path} cannot be read (${networkReason(cause)}).`, { exitCode: exitCodes.usage, code: 'wrong-usage', remedy: `Give ${flag} a file that exists and that you may read.`, cause });
  });
  if (text.includes('-----BEGIN ')) return text;
  throw new CliFailure(`${flag}: ${path} is not PEM.`, { exitCode: exitCodes.usage, code: 'wrong-usage', remedy: 'Convert it, for example with `openssl x509 -inform DER -in FILE -out FILE.pem`.' });
}
