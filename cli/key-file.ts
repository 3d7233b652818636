/** A certificate with its key, from the files that flags name. */
import type { Command } from 'commander';
import { wrongUsage } from './failure.ts';
import { readGiven, readPem } from './read-file.ts';

export interface KeyFileOptions {
  readonly certificate?: string;
  readonly key?: string;
  readonly pkcs12?: string;
  readonly passwordFile?: string;
}

/** Where scripts put the password of a PKCS #12 file; on the command line other users of the machine would see it. */
const PASSWORD_VARIABLE = 'WAVECAST_PKCS12_PASSWORD';

export const keyFileFlags = { certificate: '--certificate', key: '--key', pkcs12: '--pkcs12', password: '--password-file' };

export function addKeyFileOptions(command: Command): Command {
  return command
    .option('--pkcs12 <file>', 'certificate and key in one file (.p12, .pfx), as Keychain Access exports them')
    .option('--password-file <file>', `the password of the PKCS #12 file, on the first line (default: the variable ${PASSWORD_VARIABLE}, or none)`)
    .option('--certificate <file>', 'the certificate, PEM')
    .option('--key <file>', 'its private key, PEM, unencrypted');
}

export async function readKeyFile(options: KeyFileOptions, env: Readonly<Record<string, string | undefined>>): Promise<{ readonly certificate: string; readonly key: string } | { readonly pkcs12: string; readonly password: string }> {
  const { certificate, key, pkcs12, passwordFile } = options;
  if (pkcs12 === undefined) {
    if (certificate === undefined || key === undefined) throw wrongUsage('The certificate and its key are needed.', 'Give --pkcs12, or --certificate and --key.');
    return { certificate: await readPem('--certificate', certificate), key: await readPem('--key', key) };
  }
  if (certificate !== undefined || key !== undefined) throw wrongUsage('--pkcs12 holds certificate and key.', 'Leave out --certificate and --key.');
  const [password = ''] = passwordFile === undefined ? [env[PASSWORD_VARIABLE]] : (await readGiven('--password-file', passwordFile)).toString('utf8').split(/\r?\n/);
  return { pkcs12: (await readGiven('--pkcs12', pkcs12)).toString('base64'), password };
}
