/** PKCS #12 (RFC 7292), as Keychain Access exports a certificate with its key: opened into PEM. */
import forge from 'node-forge';
import { WavecastError } from '../core/errors.ts';
import { childrenOf, readElement, type Element } from './der.ts';

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

/** Of all that the password is stretched for together: OpenSSL and Keychain Access have 2,048 for each of three. The library takes 2 µs for one. */
const MOST_ITERATIONS = 12_000;
/** Elements in elements: a safe, its content, a bag, a key and how it is sealed take some twenty. */
const DEEPEST = 64;

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
  if (iterationsIn(bytes) > MOST_ITERATIONS) throw refused('It is sealed with more iterations than are worth the wait.', 'Convert it to PEM, for example with `openssl pkcs12 -in FILE -nodes`, and upload certificate and key.');
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

/** Wherever the password is stretched, a salt (OCTET STRING) is followed by a number of iterations. 0 for what cannot be read: the library says so. */
function iterationsIn(bytes: Uint8Array): number {
  const within = (element: Element, depth: number): number => {
    if (depth > DEEPEST) throw refused('It is nested too deeply.', 'Upload a file that ends in .p12 or .pfx.');
    if (element.tag === 0x04 || element.tag === 0x80) return element.content[0] === 0x30 ? inside(element.content, depth) : 0;
    if ((element.tag & 0x20) === 0) return 0;
    const children = childrenOf(element);
    return children.reduce((sum, child, index) => sum + within(child, depth + 1) + (child.tag === 0x02 && children[index - 1]?.tag === 0x04 ? numberOf(child) : 0), 0);
  };
  const inside = (content: Uint8Array, depth: number): number => {
    try {
      return within(readElement(content), depth + 1);
    } catch (error) {
      if (error instanceof WavecastError) throw error;
      return 0;
    }
  };
  return inside(bytes, 0);
}

function numberOf({ content }: Element): number {
  return content.reduce((number, octet) => number * 256 + octet, 0);
}

function belongs(publicKey: forge.pki.PublicKey, key: forge.pki.PrivateKey): boolean {
  return 'n' in publicKey && 'n' in key && publicKey.n.equals(key.n) && publicKey.e.equals(key.e);
}

function refused(why: string, remedy: string): WavecastError {
  return new WavecastError('invalid-input', `The PKCS #12 file is not accepted. ${why}`, { remedy });
}
