import type { KeyFile } from '../../protocol/admin/key-file.ts';

/** Certificate, then those that came with it, and key; all PEM. Throws `invalid-input` for a PKCS #12 file that cannot be opened. */
export async function openKeyFile({ certificate = '', key = '', pkcs12, password }: KeyFile): Promise<{ readonly certificates: string; readonly key: string }> {
  if (pkcs12 === undefined) return { certificates: certificate, key };
  // Loaded when it is needed, once a year: no other request pays for it.
  const { openPkcs12 } = await import('../../protocol/pkcs12.ts');
  const opened = openPkcs12(Buffer.from(pkcs12, 'base64'), password);
  return { certificates: [opened.certificate, ...opened.others].join('\n'), key: opened.key };
}
