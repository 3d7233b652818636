/** Connect requests: what one costs in CPU, how much of that is its signature, and how many devices are served at once. */
import { createHash } from 'node:crypto';
import type { LocalCloud } from '../../local/boot.ts';
import { encodePlist } from '../../protocol/plist.ts';
import { judgeIssued } from '../../protocol/issued-identity.ts';
import { signMdmBody, verifyMdmSignature } from '../../protocol/signature.ts';
import { openCourier } from '../../simulator/courier.ts';
import { enrolDevice, sendToken, type ManagedIdentity } from '../../simulator/identity.ts';
import { median } from '../report.ts';
import type { Stage } from '../stage.ts';

const SIGNATURES_AGAIN = 10;

/** A request that says Idle, signed beforehand: whoever sends it has nothing to compute. */
export interface ReadyRequest {
  readonly url: string;
  readonly body: Buffer;
  readonly signature: string;
}

/** Enrols so many devices by a link and has their requests ready. The push service knows their tokens. */
export async function enrolReady({ cloud, say }: Stage, profileUrl: string, devices: number): Promise<{ readonly requests: readonly ReadyRequest[]; readonly tokens: readonly string[] }> {
  say(`Enrolling ${devices} devices ...`);
  const courier = await openCourier(cloud.ports.courier, () => Promise.resolve());
  const now = (): number => cloud.clock.now();
  const [requests, tokens]: [ReadyRequest[], string[]] = [[], []];
  const numbers = Array.from({ length: devices }, (_, number) => number).values();
  const work = async (): Promise<void> => {
    for (const number of numbers) {
      const digits = createHash('sha256').update(`exchange ${number}`).digest('hex');
      const identity = await enrolDevice(profileUrl, { udid: `00008120-${digits.slice(0, 16).toUpperCase()}`, serialNumber: `X${digits.slice(0, 11).toUpperCase()}`, productName: 'iPhone15,4', osVersion: '15.8' }, now);
      // Registered and off: its pushes are accepted and kept, and cause nothing.
      courier.register(digits);
      await sendToken(identity, digits, digits.slice(0, 32), now());
      tokens.push(digits);
      requests.push(ready(identity, now()));
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  courier.close();
  return { requests, tokens };
}

function ready(identity: ManagedIdentity, now: number): ReadyRequest {
  const body = Buffer.from(encodePlist({ UDID: identity.enrolmentId, Status: 'Idle' }), 'utf8');
  return { url: identity.serverUrl, body, signature: signMdmBody(body, identity, now) };
}

/** Milliseconds until the answer was there, whole. */
export async function send({ url, body, signature }: ReadyRequest): Promise<number> {
  const began = performance.now();
  const response = await fetch(url, { method: 'PUT', headers: { 'content-type': 'application/x-apple-aspen-mdm', 'mdm-signature': signature }, body: new Uint8Array(body) });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`A connect request was answered ${response.status}.`);
  return performance.now() - began;
}

/**
 * CPU, milliseconds, of the function's thread for one request after another: parsing, checking, the SDK's work; not the database's.
 * The median of the rounds: a system counts a thread's time too coarsely to tell single requests apart.
 */
export async function cpuPerConnect({ functions, template }: LocalCloud, requests: readonly ReadyRequest[], rounds: number): Promise<number> {
  const name = template.ofType('AWS::Lambda::Function').find(({ logicalId }) => logicalId.startsWith('CommandFunction'))?.name ?? '';
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = await functions.cpu(name);
    for (const request of requests) await send(request);
    taken.push((await functions.cpu(name) - before) / 1_000 / requests.length);
  }
  return median(taken);
}

/** The same of finding out whose request it is: signature, certificate, authority. */
export function cpuPerSignature(requests: readonly ReadyRequest[], authority: string, now: number, rounds: number): number {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = process.threadCpuUsage();
    for (let again = 0; again < SIGNATURES_AGAIN; again += 1) {
      for (const { body, signature } of requests) {
        if (!judgeIssued(verifyMdmSignature(signature, body).certificate, [authority], now).ours) throw new Error('The identity is none of this cloud\'s.');
      }
    }
    const { user, system } = process.threadCpuUsage(before);
    taken.push((user + system) / 1_000 / requests.length / SIGNATURES_AGAIN);
  }
  return median(taken);
}

export interface Load {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Every device asks again as soon as it is answered, all at once, for so many seconds. Clients and cloud share the machine. */
export async function connectLoad(requests: readonly ReadyRequest[], seconds: number): Promise<Load> {
  const taken: number[] = [];
  const began = performance.now();
  const until = began + seconds * 1_000;
  await Promise.all(requests.map(async (request) => {
    while (performance.now() < until) taken.push(await send(request));
  }));
  const elapsed = (performance.now() - began) / 1_000;
  const sorted = taken.toSorted((a, b) => a - b);
  return { perSecond: taken.length / elapsed, p50: median(sorted), p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0 };
}
