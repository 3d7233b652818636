/** Whether a certificate is one that our authority issued. Apart from issuing: this is what every device request asks. */
import { X509Certificate } from 'node:crypto';
import type { Instant } from '../core/ambient.ts';

export type IssuedVerdict = { readonly ours: true } | { readonly ours: false; readonly reason: 'unknown-authority' | 'not-yet-valid' | 'expired' };

/** Whether one of `authorities` (PEM) issued the certificate and it is valid now. Revocation and pin are looked up elsewhere. */
export function judgeIssued(certificate: X509Certificate, authorities: readonly string[], now: Instant): IssuedVerdict {
  const issued = authorities.some((pem) => {
    const authority = authorityCertificate(pem);
    return certificate.checkIssued(authority) && certificate.verify(authority.publicKey) && !certificate.raw.equals(authority.raw);
  });
  if (!issued) return { ours: false, reason: 'unknown-authority' };
  if (now < certificate.validFromDate.getTime()) return { ours: false, reason: 'not-yet-valid' };
  if (now >= certificate.validToDate.getTime()) return { ours: false, reason: 'expired' };
  return { ours: true };
}

/** Parsing a certificate costs more than looking it up, and there are one or two authorities. */
const parsed = new Map<string, X509Certificate>();

function authorityCertificate(pem: string): X509Certificate {
  const known = parsed.get(pem);
  if (known !== undefined) return known;
  const certificate = new X509Certificate(pem);
  parsed.set(pem, certificate);
  return certificate;
}
