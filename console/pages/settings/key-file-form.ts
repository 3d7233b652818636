/** What is sent of a certificate with its key, from the files that somebody chose. */
import type { BodyInputOf } from '../../../protocol/admin/asked.ts';
import { base64 } from '../../parts/base64.ts';

export type KeyFileBody = BodyInputOf<'setProfileSigner'>;
export const keyFileForms = ['pkcs12', 'pem'] as const;
export type KeyFileForm = (typeof keyFileForms)[number];

/** As the API takes them: characters of PEM; bytes of PKCS #12, whose base64 is a third longer. */
export const mostBytes: Readonly<Record<KeyFileForm, number>> = { pem: 20_000, pkcs12: 75_000 };

export interface ChosenFiles {
  readonly form: KeyFileForm;
  readonly pkcs12: Blob | undefined;
  readonly password: string;
  readonly certificate: Blob | undefined;
  readonly key: Blob | undefined;
}

/** Undefined while a file is missing or is too large to be one. */
export async function keyFileBody({ form, pkcs12, password, certificate, key }: ChosenFiles): Promise<KeyFileBody | undefined> {
  if (form === 'pkcs12') return fits(pkcs12, form) ? { pkcs12: base64(new Uint8Array(await pkcs12.arrayBuffer())), password } : undefined;
  return fits(certificate, form) && fits(key, form) ? { certificate: await certificate.text(), key: await key.text() } : undefined;
}

export function fits(file: Blob | undefined, form: KeyFileForm): file is Blob {
  return file !== undefined && file.size > 0 && file.size <= mostBytes[form];
}
