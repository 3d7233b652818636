/** Files that flags name. */
import { readFile } from 'node:fs/promises';
import { CliFailure, exitCodes, networkReason } from './failure.ts';

export function readGiven(flag: string, path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    throw new CliFailure(`${flag}: ${path} cannot be read (${networkReason(cause)}).`, { exitCode: exitCodes.usage, code: 'wrong-usage', remedy: `Give ${flag} a file that exists and that you may read.`, cause });
  });
}

export async function readPem(flag: string, path: string): Promise<string> {
  const text = (await readGiven(flag, path)).toString('utf8');
  if (text.includes('-----BEGIN ')) return text;
  throw new CliFailure(`${flag}: ${path} is not PEM.`, { exitCode: exitCodes.usage, code: 'wrong-usage', remedy: 'Convert it, for example with `openssl x509 -inform DER -in FILE -out FILE.pem`.' });
}
