/** SCEP enrolments per second: requests made beforehand, for a device's key takes longer than its certificate. */
import { X509Certificate } from 'node:crypto';
import { decodePlist } from '../../protocol/plist.ts';
import { decodeEnrolmentProfile } from '../../protocol/profile.ts';
import { buildPkcsReq, readCertRep, type PendingRequest } from '../../protocol/scep/client.ts';
import type { Stage } from '../stage.ts';

const AT_ONCE = 4;

/** Each has a challenge of its own, as from a profile of its own. */
export async function scepPerSecond({ cloud, say }: Stage, profileUrl: string, enrolments: number): Promise<number> {
  say(`Making ${enrolments} SCEP requests ...`);
  const now = cloud.clock.now();
  const scepUrl = `${cloud.apiUrl}/scep`;
  const authority = new X509Certificate(await bytesOf(fetch(`${scepUrl}?operation=GetCACert`)));
  const pending: PendingRequest[] = [];
  await atOnce(Array.from({ length: enrolments }, (_, number) => number), async () => {
    const { challenge, commonName } = decodeEnrolmentProfile(decodePlist(await bytesOf(fetch(profileUrl))));
    pending.push(await buildPkcsReq(authority, challenge, commonName, now));
  });
  const answers: Buffer[] = [];
  const began = performance.now();
  await atOnce([...pending.entries()], async ([index, { message }]) => {
    answers[index] = await bytesOf(fetch(`${scepUrl}?operation=PKIOperation`, { method: 'POST', headers: { 'content-type': 'application/x-pki-message' }, body: new Uint8Array(message) }));
  });
  const seconds = (performance.now() - began) / 1_000;
  // Throws where a certificate was not granted.
  for (const [index, request] of pending.entries()) readCertRep(answers[index] ?? Buffer.alloc(0), request, authority);
  return enrolments / seconds;
}

async function atOnce<T>(work: readonly T[], one: (part: T) => Promise<void>): Promise<void> {
  const parts = work.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const part of parts) await one(part);
  }));
}

async function bytesOf(answer: Promise<Response>): Promise<Buffer> {
  const response = await answer;
  if (!response.ok) throw new Error(`The answer was ${response.status}.`);
  return Buffer.from(await response.arrayBuffer());
}
