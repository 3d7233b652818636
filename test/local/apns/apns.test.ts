import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import http2, { type ClientHttp2Session } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startApns, type Apns } from '../../../local/apns/apns.ts';
import { createRoot, issuePush, type TlsIdentity } from '../../../local/tls/issue.ts';
import { openTrust, type Trust } from '../../../local/tls/trust.ts';
import { memoryStore } from '../step-functions/memory-store.ts';
import { VirtualClock } from '../step-functions/virtual-clock.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const token = 'AB'.repeat(32);
let trust: Trust;
const closing: (() => unknown)[] = [];

beforeAll(async () => { trust = await openTrust(); });
afterEach(async () => { for (const close of closing.splice(0).reverse()) await close(); });

async function start(clock = new VirtualClock('2026-03-02T00:00:00.000Z', { jumps: false }), store = memoryStore()): Promise<{ apns: Apns; clock: VirtualClock; store: typeof store }> {
  const apns = await startApns({ clock, store, log: silent, tls: trust.server, root: trust.root, port: 0, courierPort: 0 });
  closing.push(() => apns.close());
  return { apns, clock, store };
}

function session(apns: Apns, identity: TlsIdentity = trust.push): ClientHttp2Session {
  const client = http2.connect(apns.url, { ca: trust.root, cert: identity.certificate, key: identity.key });
  client.on('error', () => undefined);
  closing.push(() => { client.destroy(); });
  return client;
}

interface Response { readonly status: number; readonly id: string; readonly body: unknown }

function push(client: ClientHttp2Session, headers: Readonly<Record<string, string>> = {}, body = '{"mdm":"magic"}'): Promise<Response> {
  return new Promise((resolve, reject) => {
    const stream = client.request({ ':method': 'POST', ':path': `/3/device/${token}`, 'apns-topic': trust.push.topic, 'apns-push-type': 'mdm', ...headers });
    let [status, id, text] = [0, '', ''];
    stream.on('response', (answer) => { status = Number(answer[':status']); id = String(answer['apns-id']); });
    stream.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; });
    stream.on('end', () => { resolve({ status, id, body: text === '' ? undefined : JSON.parse(text) }); }).on('error', reject);
    stream.end(body);
  });
}

interface Phone { say(message: Record<string, string>): Promise<void>; next(): Promise<Record<string, unknown>>; readonly socket: Socket }

async function phone(apns: Apns): Promise<Phone> {
  const socket = connect(apns.courierPort, '127.0.0.1');
  closing.push(() => { socket.destroy(); });
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  await new Promise((resolve) => { socket.once('connect', resolve); });
  return {
    socket,
    say: async (message) => {
      socket.write(`${JSON.stringify(message)}\n`);
      await new Promise((resolve) => { setTimeout(resolve, 15); });
    },
    next: async () => JSON.parse(String((await lines.next()).value)) as Record<string, unknown>,
  };
}

describe('a push', () => {
  test('reaches the connected device, and the clock is held until the device has taken it', async () => {
    const { apns, clock } = await start();
    const device = await phone(apns);
    await device.say({ register: token });
    await device.say({ connect: token });
    expect(await push(session(apns), { 'apns-id': 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee' })).toEqual({ status: 200, id: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee', body: undefined });
    const received = await device.next();
    expect(received).toMatchObject({ token: token.toLowerCase(), payload: { mdm: 'magic' } });
    expect(clock.inFlight()).toEqual(['push']);
    await device.say({ ack: String(received['push']) });
    expect(clock.inFlight()).toEqual([]);
  });

  test('for a device that is off is kept, the last one only, and delivered when it connects, also after a restart', async () => {
    const { apns, clock, store } = await start();
    const device = await phone(apns);
    await device.say({ register: token });
    await push(session(apns), {}, '{"mdm":"first"}');
    await push(session(apns), {}, '{"mdm":"second"}');
    expect(clock.inFlight()).toEqual([]);
    const later = await start(clock, store);
    const again = await phone(later.apns);
    await again.say({ connect: token });
    expect(await again.next()).toMatchObject({ payload: { mdm: 'second' } });
    await again.say({ ping: 'x' });
    expect(await again.next()).toHaveProperty('error');
  });

  test('that has expired is not delivered; one that may not wait is not kept', async () => {
    const { apns, clock } = await start();
    const device = await phone(apns);
    await device.say({ register: token });
    await push(session(apns), { 'apns-expiration': String(clock.now() / 1000 + 60) });
    clock.advance(61_000);
    await device.say({ connect: token });
    await device.say({ disconnect: token });
    await push(session(apns), { 'apns-expiration': '0' });
    await device.say({ connect: token });
    await device.say({ ping: 'x' });
    expect(await device.next()).toHaveProperty('error');
  });

  test('to a device whose connection breaks before it took it is kept, and the clock goes on', async () => {
    const { apns, clock } = await start();
    const device = await phone(apns);
    await device.say({ register: token });
    await device.say({ connect: token });
    await push(session(apns));
    device.socket.destroy();
    await expect.poll(() => clock.inFlight()).toEqual([]);
    const again = await phone(apns);
    await again.say({ connect: token });
    expect(await again.next()).toMatchObject({ payload: { mdm: 'magic' } });
  });
});

describe('refusals', () => {
  test.each([
    ['another topic', { 'apns-topic': 'com.apple.mgmt.External.other' }, undefined, 400, 'TopicDisallowed'],
    ['an unknown token', { ':path': `/3/device/${'cd'.repeat(32)}` }, undefined, 400, 'BadDeviceToken'],
    ['another path', { ':path': '/4/device/x' }, undefined, 404, 'BadPath'],
    ['no token', { ':path': '/3/device/' }, undefined, 400, 'MissingDeviceToken'],
    ['another method', { ':method': 'PUT' }, undefined, 405, 'MethodNotAllowed'],
    ['an unknown push type', { 'apns-push-type': 'shout' }, undefined, 400, 'InvalidPushType'],
    ['a body over 4 KB', {}, JSON.stringify({ mdm: 'x'.repeat(5000) }), 413, 'PayloadTooLarge'],
    ['a body that is no object', {}, '7', 400, 'PayloadEmpty'],
    ['a bad id', { 'apns-id': 'nonsense' }, undefined, 400, 'BadMessageId'],
  ])('%s', async (_, headers, body, status, reason) => {
    const { apns } = await start();
    expect(await push(session(apns), headers as Record<string, string>, body)).toMatchObject({ status, body: { reason } });
  });

  test('a token that was unregistered answers 410 with the instant since when', async () => {
    const { apns, clock } = await start();
    const device = await phone(apns);
    await device.say({ register: token });
    await device.say({ unregister: token });
    clock.advance(5000);
    expect(await push(session(apns))).toMatchObject({ status: 410, body: { reason: 'Unregistered', timestamp: Date.parse('2026-03-02T00:00:00.000Z') } });
    await device.say({ register: token });
    expect(await push(session(apns))).toMatchObject({ status: 200 });
  });

  test('a certificate of another authority gets no connection', async () => {
    const { apns } = await start();
    const stranger = await issuePush(await createRoot(), trust.push.topic);
    const status = await push(session(apns, stranger)).then((response) => response.status, () => 0);
    expect(status).toBe(0);
    expect(apns.counts()).toMatchObject({ accepted: 0, refused: 0 });
  });
});

test('GOAWAY ends the session in order, an outage answers every push', async () => {
  const { apns } = await start();
  const device = await phone(apns);
  await device.say({ register: token });
  const client = session(apns);
  await push(client);
  const gone = new Promise((resolve) => { client.once('goaway', resolve); });
  apns.goAway();
  await gone;
  apns.setOutage(503);
  expect(await push(session(apns))).toMatchObject({ status: 503, body: { reason: 'ServiceUnavailable' } });
  apns.setOutage();
  expect(await push(session(apns))).toMatchObject({ status: 200 });
  expect(apns.counts()).toEqual({ accepted: 2, refused: 1, connected: 0, unacknowledged: 0 });
});

describe('trust', () => {
  test('is made once and found again, readable by its owner alone', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'trust-'));
    closing.push(() => { rmSync(folder, { recursive: true }); });
    const first = await openTrust({ folder: path.join(folder, 'tls') });
    expect(await openTrust({ folder: path.join(folder, 'tls') })).toEqual(first);
    expect(statSync(path.join(folder, 'tls', 'trust.json')).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(folder, 'tls')).mode & 0o777).toBe(0o700);
  });

  test('the server certificate is for localhost and 127.0.0.1, the push certificate carries its topic, both by the root', () => {
    const [root, server, pushed] = [trust.root, trust.server.certificate, trust.push.certificate].map((pem) => new X509Certificate(pem));
    expect(server?.checkHost('localhost')).toBe('localhost');
    expect(server?.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(pushed?.subject).toContain(`UID=${trust.push.topic}`);
    for (const leaf of [server, pushed]) expect(root !== undefined && leaf?.checkIssued(root) && leaf.verify(root.publicKey)).toBe(true);
  });
});
