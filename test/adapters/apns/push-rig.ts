/** What tests of pushing share: one trust, gateways and servers that go when their test ends. */
import { connect, createServer, type Socket } from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeAll } from 'vitest';
import { createPushGateway } from '../../../adapters/apns/push-client.ts';
import { DAY } from '../../../core/ambient.ts';
import type { PushCertificate } from '../../../core/device/push-certificate.ts';
import type { PushGateway, PushRequest } from '../../../core/instruction/push.ts';
import type { TlsIdentity } from '../../../local/tls/issue.ts';
import { openTrust, type Trust } from '../../../local/tls/trust.ts';
import { testClock } from '../../support/memory/ambient.ts';
import { many } from '../../support/samples/unique.ts';
import { startScriptedApns, type ScriptedApns, type ScriptedPush } from './scripted-apns.ts';

/** Patience with one answer, milliseconds: tests do not wait as long as the waker does. */
const PATIENCE = 400;

export const delivered = { result: 'delivered' } as const;
export const clock = testClock();
let made: Trust | undefined;
const closing: (() => unknown)[] = [];

/** To be called once by each file of tests. */
export function usePushRig(): void {
  beforeAll(async () => {
    made = await openTrust();
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), made.root]);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
}

export function trust(): Trust {
  if (made === undefined) throw new Error('The trust is made before the first test.');
  return made;
}

/** Closed when the test ends. */
export function closes(close: () => unknown): void {
  closing.push(close);
}

export function certificateOf({ certificate, key }: TlsIdentity): PushCertificate {
  return { certificate, key, topic: trust().push.topic, expiresAt: clock.now() + DAY };
}

export function gateway(url: string, certificate: () => PushCertificate | undefined = () => certificateOf(trust().push)): PushGateway {
  const pushes = createPushGateway({ url, certificate: () => Promise.resolve(certificate()), clock, answerPatience: PATIENCE });
  closes(() => { pushes.close(); });
  return pushes;
}

export async function scripted(onPush: (push: ScriptedPush) => void, streams?: number): Promise<ScriptedApns> {
  const apns = await startScriptedApns(trust(), onPush, streams);
  closes(() => apns.close());
  return apns;
}

/** A way to a server on this machine. Frozen, it stays connected and nothing comes through any more; connections made later work. */
export async function lineTo(url: string): Promise<{ readonly url: string; freeze(): void }> {
  const ends = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1');
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => undefined);
    }
    near.pipe(far).pipe(near);
  });
  closes(() => {
    for (const end of ends) end.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  return {
    url: `https://localhost:${typeof address === 'object' ? (address?.port ?? 0) : 0}`,
    freeze() {
      for (const end of ends) {
        end.unpipe();
        end.pause();
      }
    },
  };
}

export function tokenOf(n: number): string {
  return n.toString(16).padStart(64, '0');
}

export function request(facts: Partial<PushRequest> = {}): PushRequest {
  return { token: tokenOf(1), magic: 'magic', topic: trust().push.topic, expiresAt: clock.now() + DAY, ...facts };
}

/** Each for another device. */
export function requests(length: number): readonly PushRequest[] {
  return many(length, (n) => request({ token: tokenOf(n) }));
}
