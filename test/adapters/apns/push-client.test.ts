import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startApns, type Apns } from '../../../local/apns/apns.ts';
import { memoryStore } from '../../local/step-functions/memory-store.ts';
import { VirtualClock } from '../../local/step-functions/virtual-clock.ts';
import { testLog } from '../../support/memory/ambient.ts';
import { certificateOf, clock, closes, delivered, gateway, request, requests, scripted, tokenOf, trust, usePushRig } from './push-rig.ts';
import type { ScriptedPush } from './scripted-apns.ts';

usePushRig();

describe('a push', () => {
  async function standIn(): Promise<{ readonly apns: Apns; readonly say: (message: Record<string, string>) => Promise<void> }> {
    const apns = await startApns({ clock: new VirtualClock('2026-03-02T00:00:00.000Z', { jumps: false }), store: memoryStore(), log: testLog(), tls: trust().server, root: trust().root, port: 0, courierPort: 0 });
    closes(() => apns.close());
    const phone = connect(apns.courierPort, '127.0.0.1');
    closes(() => { phone.destroy(); });
    return {
      apns,
      say: async (message) => {
        phone.write(`${JSON.stringify(message)}\n`);
        await new Promise((resolve) => { setTimeout(resolve, 20); });
      },
    };
  }

  it('is answered in the order of the requests: delivered, or dead where APNs does not know the token or knows it no more', async () => {
    const { apns, say } = await standIn();
    await say({ register: tokenOf(1) });
    await say({ register: tokenOf(2) });
    await say({ unregister: tokenOf(2) });
    const outcomes = await gateway(apns.url).push([request({ token: tokenOf(2) }), request(), request({ token: tokenOf(3) }), request()]);
    expect(outcomes).toEqual([{ result: 'dead' }, delivered, { result: 'dead' }, delivered]);
  });

  it('carries what a device needs to believe it', async () => {
    const seen: ScriptedPush['headers'][] = [];
    const apns = await scripted(({ headers, answer }) => {
      seen.push(headers);
      answer(200);
    });
    await gateway(apns.url).push([request({ expiresAt: 1_772_442_000_999 })]);
    expect(seen).toMatchObject([{ ':path': `/3/device/${tokenOf(1)}`, 'apns-topic': trust().push.topic, 'apns-push-type': 'mdm', 'apns-expiration': '1772442000' }]);
  });

  it('is refused without asking where there is no certificate, or it has expired', async () => {
    const apns = await scripted(({ answer }) => { answer(200); });
    expect(await gateway(apns.url, () => undefined).push(requests(2))).toEqual(requests(2).map(() => ({ result: 'refused', reason: 'there is no push certificate' })));
    expect(await gateway(apns.url, () => ({ ...certificateOf(trust().push), expiresAt: clock.now() })).push([request()])).toEqual([{ result: 'refused', reason: 'the push certificate has expired' }]);
    expect(apns.pushes).toBe(0);
  });

  it('is stranded where the device listens to another topic, and the others are pushed', async () => {
    const apns = await scripted(({ answer }) => { answer(200); });
    expect(await gateway(apns.url).push([request({ topic: 'com.apple.mgmt.External.other' }), request()])).toEqual([{ result: 'stranded' }, delivered]);
    expect(apns.pushes).toBe(1);
  });

  it('is for a dead token where that was made for another topic', async () => {
    const apns = await scripted(({ answer }) => { answer(400, 'DeviceTokenNotForTopic'); });
    expect(await gateway(apns.url).push([request()])).toEqual([{ result: 'dead' }]);
  });

  it.each([[400, 'TopicDisallowed'], [403, 'BadCertificate'], [413, 'PayloadTooLarge'], [404, undefined]])('is refused by %i %s, and not repeated', async (status, reason) => {
    const apns = await scripted(({ answer }) => { answer(status, reason); });
    expect(await gateway(apns.url).push([request()])).toEqual([{ result: 'refused', reason: reason ?? `status ${status}` }]);
    expect(apns.pushes).toBe(1);
  });

  it('is put off for as long as APNs asks, without being repeated before', async () => {
    const apns = await scripted(({ answer }) => { answer(429, 'TooManyRequests', { 'retry-after': '77' }); });
    expect(await gateway(apns.url).push([request()])).toEqual([{ result: 'later', reason: 'TooManyRequests', afterSeconds: 77 }]);
    expect(apns.pushes).toBe(1);
  });

  it.each([500, 503])('is repeated after a %i that passes', async (status) => {
    const apns = await scripted(({ number, answer }) => { answer(number === 1 ? status : 200); });
    expect(await gateway(apns.url).push([request()])).toEqual([delivered]);
    // 503 says that this server is leaving.
    expect(apns.sessions).toBe(status === 503 ? 2 : 1);
  });

  it('is put off after several tries where APNs does not recover', async () => {
    const apns = await scripted(({ answer }) => { answer(500, 'InternalServerError'); });
    expect(await gateway(apns.url).push([request()])).toEqual([{ result: 'later', reason: 'InternalServerError', afterSeconds: 30 }]);
    expect(apns.pushes).toBe(4);
  });
});
