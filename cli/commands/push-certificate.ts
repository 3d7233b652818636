/** `wavecast push-certificate`: what lets us wake devices. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { checkBody } from '../check-body.ts';
import { addCommand, addGroup, type OpenScene } from '../command.ts';
import { CliFailure, exitCodes, networkReason, wrongUsage } from '../failure.ts';
import type { Output } from '../output.ts';
import { dateTime } from '../when.ts';

interface SetOptions {
  readonly certificate?: string;
  readonly key?: string;
  readonly pkcs12?: string;
  readonly passwordFile?: string;
  readonly force?: true;
}

/** Where scripts put the password of a PKCS #12 file; on the command line other users of the machine would see it. */
const PASSWORD_VARIABLE = 'WAVECAST_PKCS12_PASSWORD';

export function addPushCertificate(program: Command, open: OpenScene): void {
  const group = addGroup(program, 'push-certificate', 'The organisation\'s APNs certificate, from identity.apple.com.');

  addCommand(group, { usage: 'show', description: 'Show its topic and when it ends.', examples: ['push-certificate show'] }).action(async (_: object, command: Command) => {
    const { api, output } = open(command);
    say(output, await (await api()).call('getPushCertificate'));
  });

  addCommand(group, {
    usage: 'set', description: 'Set it, or replace it with the renewed one.',
    examples: ['push-certificate set --pkcs12 mdm.p12 --password-file mdm.password', 'push-certificate set --certificate mdm.pem --key mdm.key'],
  })
    .option('--pkcs12 <file>', 'certificate and key in one file (.p12, .pfx), as Keychain Access exports them')
    .option('--password-file <file>', `the password of the PKCS #12 file, on the first line (default: the variable ${PASSWORD_VARIABLE}, or none)`)
    .option('--certificate <file>', 'the certificate, PEM')
    .option('--key <file>', 'its private key, PEM, unencrypted')
    .option('--force', 'also where it has another topic: enrolled devices can then not be woken until they enrol again')
    .action(async (options: SetOptions, command: Command) => {
      const { api, output, world } = open(command);
      const parts = options.pkcs12 === undefined ? await pemParts(options) : await pkcs12Parts(options.pkcs12, options, world.env[PASSWORD_VARIABLE]);
      const body = checkBody('setPushCertificate', { ...parts, ...(options.force === true ? { force: true } : {}) }, { certificate: '--certificate', key: '--key', pkcs12: '--pkcs12', password: '--password-file' });
      say(output, await (await api()).call('setPushCertificate', { body }));
    });
}

function say(output: Output, certificate: AnswerOf<'getPushCertificate'>): void {
  output.facts(certificate, [['Topic', certificate.topic], ['Good until', dateTime(certificate.expiresAt)], ['Pushes', certificate.fault === undefined ? undefined : `refused: ${certificate.fault}`]]);
  if (certificate.warning !== undefined) output.note(certificate.warning);
}

async function pemParts({ certificate, key }: SetOptions): Promise<{ readonly certificate: string; readonly key: string }> {
  if (certificate === undefined || key === undefined) throw wrongUsage('The certificate and its key are needed.', 'Give --pkcs12, or --certificate and --key.');
  return { certificate: await readPem('--certificate', certificate), key: await readPem('--key', key) };
}

async function pkcs12Parts(path: string, { certificate, key, passwordFile }: SetOptions, password = ''): Promise<{ readonly pkcs12: string; readonly password: string }> {
  if (certificate !== undefined || key !== undefined) throw wrongUsage('--pkcs12 holds certificate and key.', 'Leave out --certificate and --key.');
  const [firstLine = ''] = passwordFile === undefined ? [password] : (await readGiven('--password-file', passwordFile)).toString('utf8').split(/\r?\n/);
  return { pkcs12: (await readGiven('--pkcs12', path)).toString('base64'), password: firstLine };
}

function readGiven(flag: string, path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    throw new CliFailure(`${flag}: ${path} cannot be read (${networkReason(cause)}).`, { exitCode: exitCodes.usage, code: 'wrong-usage', remedy: `Give ${flag} a file that exists and that you may read.`, cause });
  });
}

async function readPem(flag: string, path: string): Promise<string> {
  const text = (await readGiven(flag, path)).toString('utf8');
  if (text.includes('-----BEGIN ')) return text;
  throw new CliFailure(`${flag}: ${path} is not PEM.`, { exitCode: exitCodes.usage, code: 'wrong-usage', remedy: 'Convert it, for example with `openssl x509 -inform DER -in FILE -out FILE.pem`, or give a .p12 file by --pkcs12.' });
}
