/** PKCS #12 (RFC 7292), as Keychain Access exports a certificate with its key: opened into PEM. */
import forge from 'node-forge';
import { WavecastError } from '../core/errors.ts';

export interface OpenedPkcs12 {
  /** PEM: the certificate that the key belongs to. */
  readonly certificate: string;
  /** PEM (PKCS #8), unencrypted. Secret. */
  readonly key: string;
  /** PEM: the other certificates in it, in the order in which they come. */
  readonly others: readonly string[];
}

/** A certificate and a key are 3 to 8 KB. */
const LARGEST = 64 * 1024;

const { pki, pkcs12, asn1 } = forge;

/** Throws `invalid-input` for what is no PKCS #12 file, cannot be opened with the password, or holds no key with its certificate. */
export function openPkcs12(bytes: Uint8Array, password: string): OpenedPkcs12 {
  if (bytes.byteLength > LARGEST) throw refused('It is too large.', 'Export the certificate and its key, and nothing else.');
  const opened = open(bytes, password);
  const bags = (type: string): readonly forge.pkcs12.Bag[] => opened.getBags({ bagType: type })[type] ?? [];
  const keys = [...bags(pki.oids['pkcs8ShroudedKeyBag'] ?? ''), ...bags(pki.oids['keyBag'] ?? '')].flatMap(({ key }) => key ?? []);
  const certificates = bags(pki.oids['certBag'] ?? '').flatMap(({ cert }) => cert ?? []);
  for (const key of keys) {
    const own = certificates.find(({ publicKey }) => belongs(publicKey, key));
    if (own === undefined) continue;
    return {
      certificate: pki.certificateToPem(own), key: pki.privateKeyInfoToPem(pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(key))),
      others: certificates.filter((certificate) => certificate !== own).map((certificate) => pki.certificateToPem(certificate)),
    };
  }
  throw refused('It holds no certificate with its key.', 'In Keychain Access, select the certificate together with its key (under "My Certificates") and export that.');
}

function open(bytes: Uint8Array, password: string): forge.pkcs12.Pkcs12Pfx {
  let file: forge.asn1.Asn1;
  try {
    file = asn1.fromDer(Buffer.from(bytes).toString('latin1'));
  } catch {
    throw refused('It is no such file, or is damaged.', 'Upload a file that ends in .p12 or .pfx.');
  }
  try {
    // Some programs leave the padding of their own encoding: it says nothing about who made the file.
    return pkcs12.pkcs12FromAsn1(file, false, password);
  } catch {
    throw refused('It cannot be opened.', 'Give the password with which it was exported.');
  }
}

function belongs(publicKey: forge.pki.PublicKey, key: forge.pki.PrivateKey): boolean {
  return 'n' in publicKey && 'n' in key && publicKey.n.equals(key.n) && publicKey.e.equals(key.e);
}

function refused(why: string, remedy: string): WavecastError {
  return new WavecastError('invalid-input', `The PKCS #12 file is not accepted. ${why}`, { remedy });
}
