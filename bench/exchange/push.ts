/** Pushes per second over one connection: the waker's own client, against the stand-in of APNs in this process. */
import tls from 'node:tls';
import { createPushGateway } from '../../adapters/apns/push-client.ts';
import { DAY } from '../../core/ambient.ts';
import type { LocalCloud } from '../../local/boot.ts';

export async function pushesPerSecond({ apns, clock, trust }: LocalCloud, tokens: readonly string[], pushes: number): Promise<number> {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), trust.root]);
  const { certificate, key, topic } = trust.push;
  const now = clock.now();
  const gateway = createPushGateway({ url: apns.url, clock, certificate: () => Promise.resolve({ certificate, key, topic, expiresAt: now + DAY }) });
  const requests = Array.from({ length: pushes }, (_, number) => ({ token: tokens[number % tokens.length] ?? '', magic: 'bench', topic, expiresAt: now + DAY }));
  try {
    // The first opens the connection.
    await gateway.push(requests.slice(0, 1));
    const began = performance.now();
    const outcomes = await gateway.push(requests);
    const seconds = (performance.now() - began) / 1_000;
    if (outcomes.some(({ result }) => result !== 'delivered')) throw new Error('Not every push was delivered.');
    return pushes / seconds;
  } finally {
    gateway.close();
  }
}
