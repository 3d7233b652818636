/**
 * Certificates of the local root. They live on the machine's own time, not on the local clock: the TLS of the other
 * side checks them against it, and a demo may leave the local clock days ahead.
 */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension, BasicConstraintsExtension, ExtendedKeyUsage, ExtendedKeyUsageExtension, KeyUsageFlags,
  KeyUsagesExtension, PemConverter, SubjectAlternativeNameExtension, SubjectKeyIdentifierExtension, X509Certificate,
  X509CertificateGenerator, type Extension, type JsonName,
} from '@peculiar/x509';
import { DAY } from '../../core/ambient.ts';

const ROOT_YEARS = 10;
const LEAF_YEARS = 5;
const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };

/** A certificate and its private key (PKCS #8), both PEM. */
export interface TlsIdentity {
  readonly certificate: string;
  readonly key: string;
}

/** A new self-signed certificate authority. */
export async function createRoot(): Promise<TlsIdentity> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity(ROOT_YEARS), name: [{ CN: ['Wavecast local root'] }, { O: ['Wavecast, this machine only'] }], keys, signingAlgorithm: rsa,
    serialNumber: serial(),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
}

/** A certificate for servers on this machine: localhost and the loopback addresses. */
export async function issueServer(root: TlsIdentity): Promise<TlsIdentity> {
  const names = new SubjectAlternativeNameExtension([
    { type: 'dns', value: 'localhost' }, { type: 'ip', value: '127.0.0.1' }, { type: 'ip', value: '::1' },
  ]);
  return issue(root, [{ CN: ['localhost'] }], [names, new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth])]);
}

/** A push certificate as Apple shapes it: the topic is the subject's user identifier. */
export async function issuePush(root: TlsIdentity, topic: string): Promise<TlsIdentity> {
  const name: JsonName = [{ '0.9.2342.19200300.100.1.1': [topic] }, { CN: ['APSP:local'] }, { C: ['US'] }];
  return issue(root, name, [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])]);
}

async function issue(root: TlsIdentity, subject: JsonName, extensions: readonly Extension[]): Promise<TlsIdentity> {
  const authority = new X509Certificate(root.certificate);
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.create({
    ...validity(LEAF_YEARS), subject, issuer: authority.subjectName, publicKey: keys.publicKey, signingKey: await importKey(root.key),
    signingAlgorithm: rsa, serialNumber: serial(),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      await AuthorityKeyIdentifierExtension.create(authority, false),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...extensions,
    ],
  });
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
}

function validity(years: number): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - DAY), notAfter: new Date(now + years * 365 * DAY) };
}

/** 16 random bytes, positive and without a leading zero byte. */
function serial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(rsa, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(pem), rsa, false, ['sign']);
}
