/** Signatures, certificates and requests for them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAuthority } from '../../protocol/authority-certificate.ts';
import type { Authority } from '../../protocol/certificate-authority.ts';
import { signData } from '../../protocol/cms.ts';
import { openPkcs12 } from '../../protocol/pkcs12.ts';
import { readPushCertificate } from '../../protocol/push-certificate.ts';
import { pkiMessageOf } from '../../protocol/scep/http.ts';
import { decodePkiOperation } from '../../protocol/scep/server.ts';
import { readSigningRequest } from '../../protocol/scep/signing-request.ts';
import { readClientCertificate, signMdmBody, verifyMdmSignature } from '../../protocol/signature.ts';
import { readSignedData } from '../../protocol/signed-data.ts';
import type { Decoder } from './decoder.ts';
import { der } from './generate.ts';
import { NOW, pemOf, PKCS12_PASSWORD, type Identities } from './identities.ts';

const DER_WORDS = ['\u0000\u0000', '0\u0003\u0002\u0001\u0000', '\u0005\u0000', '\u0006\u0001\u0000', '0\u0000', '1\u0000'] as const;
const PEM_WORDS = ['-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----', '-----BEGIN PRIVATE KEY-----', '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n', '\n\n', '=', '\u0000'] as const;
/** Between a certificate and its key, which come in two fields. */
const BETWEEN = '\n--and--\n';

/** Sealed and salted at random, so made once: by OpenSSL, and by the tests' client of SCEP. */
const sample = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'samples', name));

export function identityDecoders({ authority, device, push }: Identities): readonly Decoder[] {
  const body = Buffer.from('<plist version="1.0"><dict/></plist>');
  const headers = [device, push].map((identity) => signMdmBody(body, identity, NOW));
  const attached = Buffer.from(signData(body, { ...device, time: NOW }, false));
  const pem = pemOf(push);
  const own = pemOf(authority);
  const known: Authority = { certificatePem: own.certificate, privateKeyPem: own.key };
  const pair = (bytes: Buffer): readonly [string, string] => {
    const [certificate = '', key = ''] = bytes.toString('utf8').split(BETWEEN);
    return [certificate, key];
  };
  const pairOf = (certificate: string, key: string) => ({ samples: [Buffer.from(certificate + BETWEEN + key)], words: PEM_WORDS }) as const;
  return [
    { name: 'signed-data', share: 30, corpus: { samples: [attached], words: DER_WORDS }, generate: der, decode: (bytes) => readSignedData(bytes).fault() },
    { name: 'mdm-signature', share: 25, corpus: { samples: [Buffer.from(headers[0] ?? ''), Buffer.from(headers[1] ?? '')], words: ['=', ' ', '\n', '-', 'AAAA'] }, decode: (bytes) => verifyMdmSignature(bytes.toString('latin1'), body) },
    { name: 'mdm-signature-der', share: 25, corpus: { samples: [Buffer.from(headers[0] ?? '', 'base64')], words: DER_WORDS }, generate: der, decode: (bytes) => verifyMdmSignature(bytes.toString('base64'), body) },
    { name: 'client-certificate', share: 15, corpus: { samples: [Buffer.from(pem.certificate)], words: PEM_WORDS }, decode: (bytes) => readClientCertificate(bytes.toString('latin1')) },
    { name: 'scep', share: 15, corpus: { samples: [sample('pkcsreq-aes.der'), sample('pkcsreq-des.der')], words: DER_WORDS }, generate: der, decode: (bytes) => decodePkiOperation(bytes, [known], NOW) },
    { name: 'scep-message', share: 10, corpus: { samples: [Buffer.from(`operation=PKIOperation&message=${encodeURIComponent(sample('pkcsreq-aes.der').toString('base64'))}`)], words: ['%', '%zz', '&message=', '+', '=', ' '] }, decode: (bytes) => pkiMessageOf(Buffer.alloc(0), bytes.toString('latin1')) },
    { name: 'csr', share: 15, corpus: { samples: [sample('request.csr')], words: DER_WORDS }, generate: der, decode: (bytes) => { const request = readSigningRequest(bytes); return request.isSigned(); } },
    { name: 'push-pem', share: 8, corpus: pairOf(pem.certificate, pem.key), decode: (bytes) => readPushCertificate(...pair(bytes)) },
    { name: 'authority-pem', share: 6, corpus: pairOf(sample('authority.crt').toString('utf8'), own.key), decode: (bytes) => readAuthority(...pair(bytes), undefined, NOW) },
    { name: 'pkcs12', share: 4, corpus: { samples: [sample('push.pfx'), sample('push-legacy.pfx'), sample('push-plain.pfx')], words: DER_WORDS }, generate: der, decode: (bytes) => openPkcs12(bytes, PKCS12_PASSWORD) },
  ];
}
