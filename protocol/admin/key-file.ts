/** A certificate and its key, as an administrator has them: two PEM texts, or one PKCS #12 file. */
import * as z from 'zod';

const pem = z.string().min(1).max(20_000);

export const keyFile = {
  certificate: pem.optional().meta({ description: 'PEM. With `key`, or neither.' }),
  key: pem.optional().meta({ description: 'PEM, unencrypted.' }),
  pkcs12: z.base64().min(1).max(100_000).optional().meta({ description: 'A .p12 or .pfx file, base64: instead of `certificate` and `key`.' }),
  password: z.string().max(200).default('').meta({ description: 'Of the PKCS #12 file.' }),
};

export interface KeyFile {
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly pkcs12?: string | undefined;
  readonly password: string;
}

/** For `refine`. */
export function isWhole({ certificate, key, pkcs12 }: Omit<KeyFile, 'password'>): boolean {
  return pkcs12 === undefined ? certificate !== undefined && key !== undefined : certificate === undefined && key === undefined;
}
export const notWhole = { message: 'give certificate and key, or pkcs12' };
