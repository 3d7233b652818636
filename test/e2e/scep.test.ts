import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolDevice } from '../../simulator/identity.ts';
import { rsa } from '../fixtures/scep-messages.ts';
import { many } from '../support/samples/unique.ts';
import { ScepScene, type Profile } from '../support/scep-scene.ts';

let scene: ScepScene;
const folder = mkdtempSync(join(tmpdir(), 'wavecast-scep-e2e-'));
const openssl = (...args: readonly string[]): string => execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const run = (file: string, args: readonly string[]) => new Promise<{ readonly failed: boolean; readonly said: string }>((resolve) => {
  execFile(file, [...args], { cwd: folder, timeout: 20_000 }, (error, stdout, stderr) => { resolve({ failed: error !== null, said: stdout + stderr }); });
});
const url = (query: string): string => `${scene.test.cloud.apiUrl}/scep?${query}`;
const granted = { http: 200, status: '0' };
const refused = (failInfo: string) => ({ http: 200, status: '2', failInfo, granted: undefined });
const newDevice = () => ({ udid: `00008120-${crypto.randomUUID().slice(0, 8).toUpperCase()}`, serialNumber: crypto.randomUUID().slice(0, 8), productName: 'iPhone15,4', osVersion: '18.1' });

beforeAll(async () => {
  scene = await ScepScene.boot();
});
afterAll(async () => {
  await scene.test.cloud.stop();
  rmSync(folder, { recursive: true });
});

describe('the authority', () => {
  it('is not there before the first profile, and that is said', async () => {
    expect((await fetch(url('operation=GetCACert'))).status).toBe(404);
  });

  it('is one, though ten profiles are the first at once', async () => {
    const profile = await scene.invited(100);
    const profiles = await Promise.all(many(10, () => scene.profile(profile)));
    const fingerprints = new Set(profiles.map(({ authorityFingerprint }) => Buffer.from(authorityFingerprint).toString('hex')));
    expect(fingerprints.size).toBe(1);
    const { type, certificates } = await scene.authorities();
    expect(type).toBe('application/x-x509-ca-cert');
    expect(certificates.map(({ fingerprint }) => fingerprint.replaceAll(':', '').toLowerCase())).toEqual([...fingerprints]);
  });

  it('says what it can', async () => {
    const caps = await (await fetch(url('operation=GetCACaps'))).text();
    expect(caps.split('\n').toSorted()).toEqual(['AES', 'POSTPKIOperation', 'Renewal', 'SCEPStandard', 'SHA-256', 'SHA-512']);
  });

  it('has no next one', async () => {
    expect((await fetch(url('operation=GetNextCACert'))).status).toBe(404);
  });
});

describe('a device', () => {
  it.each(['post', 'get', 'post without body'] as const)('gets its certificate by %s', async (how) => {
    const answer = await scene.send(await scene.request(await scene.profile(), { envelope: { cipher: 'aes-128' } }), how);
    expect(answer).toMatchObject({ ...granted, cipher: 'aes-128' });
  });

  it('gets one that names nothing of what it asked for', async () => {
    const { granted: der } = await scene.send(await scene.request(await scene.profile(), { request: { subject: 'CEO of Example' } }));
    expect(new X509Certificate(der ?? Buffer.alloc(0)).subject).toMatch(/^CN=wavecast [0-9a-f-]{36}$/);
  });

  it('gets the same one for the same transaction: twice at once, again, and after the server forgot everything', async () => {
    const request = await scene.request(await scene.profile());
    const first = await Promise.all([scene.send(request), scene.send(request)]);
    await scene.recycle('Scep');
    const answers = [...first, await scene.send(request), await scene.send(request)];
    expect(new Set(answers.map(({ granted: der }) => der?.toString('hex'))).size).toBe(1);
    expect(answers[0]).toMatchObject(granted);
  });

  it.each<[string, (profile: Profile) => Promise<Profile>, string]>([
    ['a challenge that nobody gave', (profile) => Promise.resolve({ ...profile, challenge: 'guessed' }), '2'],
    ['an empty challenge', (profile) => Promise.resolve({ ...profile, challenge: '' }), '2'],
    ['a challenge that was used', async (profile) => {
      await scene.send(await scene.request(profile));
      return profile;
    }, '2'],
  ])('is refused with %s', async (_, prepare, failInfo) => {
    const profile = await prepare(await scene.profile());
    expect(await scene.send(await scene.request(profile, { message: { transactionId: Buffer.from('13056f74686572', 'hex') } }))).toMatchObject(refused(failInfo));
  });

  it('is refused without a challenge, and where its invitation was used up by another profile of it', async () => {
    const invitation = await scene.invited(1);
    const [first, second] = [await scene.profile(invitation), await scene.profile(invitation)];
    expect(await scene.send(await scene.request(first, { request: { challenge: undefined } }))).toMatchObject(refused('2'));
    expect(await scene.send(await scene.request(first))).toMatchObject(granted);
    expect(await scene.send(await scene.request(second))).toMatchObject(refused('2'));
  });

  it('that repeats a transaction with another key gets nothing', async () => {
    const profile = await scene.profile();
    await scene.send(await scene.request(profile));
    expect(await scene.send(await scene.request(profile))).toMatchObject(refused('2'));
  });

  it('that asks to renew by a certificate of nobody is told so', async () => {
    expect(await scene.send(await scene.request(await scene.profile(), { request: { challenge: undefined }, message: { messageType: '17' } }))).toMatchObject(refused('4'));
  });
});

describe('hostile requests', () => {
  it('are answered cleanly, leave nothing behind, and nothing of them is in the log', async () => {
    const profile = await scene.profile();
    const { message } = await scene.request(profile);
    const before = await scene.items();
    const secret = 'c0ffee-payload';
    const logged = scene.log.length;
    const post = (body: Uint8Array) => fetch(url('operation=PKIOperation'), { method: 'POST', body: new Uint8Array(body) });
    expect((await post(Buffer.alloc(10_000_000, 0x30))).status).toBe(413);
    expect((await post(Buffer.alloc(5_000_000, 0x30))).status).toBe(413);
    for (const body of [Buffer.from(secret), Buffer.from([0x30]), Buffer.alloc(0), message.subarray(0, 400), Buffer.alloc(60_000, 0x30)]) expect((await post(body)).status).toBe(400);
    for (const query of ['', 'operation=', 'operation=pkioperation', `operation=${secret}`, 'operation=PKIOperation', `operation=PKIOperation&message=${secret}`]) expect((await fetch(url(query))).status).toBe(400);
    const failures = [
      await scene.request(profile, { request: { digest: 'md5' } }), await scene.request(profile, { envelope: { cipher: 'rc2' } }), await scene.request({ ...profile, challenge: secret }),
      await scene.request(profile, { message: { signature: () => Buffer.alloc(256, 1) } }), await scene.request(profile, { request: { pair: rsa(1024) } }),
    ];
    for (const failure of failures) expect(await scene.send(failure)).toMatchObject({ http: 200, status: '2', granted: undefined });
    expect(await scene.items()).toEqual(before);
    const lines = scene.log.slice(logged).join('\n');
    expect(lines).toContain('a device request was refused');
    for (const payload of [secret, profile.challenge, message.toString('base64').slice(100, 140)]) expect(lines).not.toContain(payload);
  });
});

describe('an authority that replaces another', () => {
  const fingerprints = async (message?: string) => (await scene.authorities(message)).certificates.map(({ raw }) => new X509Certificate(raw).fingerprint256.replaceAll(':', '').toLowerCase());

  it('issues from then on; who holds a profile of the former is served by that, and its devices stay', async () => {
    const enrolled = await enrolDevice(await scene.invited(), newDevice(), () => scene.now());
    const held = await scene.profile();
    const former = (await scene.admin.call('getAuthority')).current.fingerprint;
    const { current } = await scene.admin.call('rotateAuthority');
    expect(current.fingerprint).not.toBe(former);
    expect(JSON.stringify(await scene.admin.call('getAuthority'))).not.toContain('PRIVATE KEY');

    // Without a name both, the one that issues first; by its name each alone.
    await scene.recycle('Scep');
    expect(await scene.authorities()).toMatchObject({ type: 'application/x-x509-ca-ra-cert' });
    expect(await fingerprints()).toEqual([current.fingerprint, former]);
    expect(await fingerprints(held.authorityName)).toEqual([former]);

    // The profile of before still enrols; what it gets is of the one that it asked, as a client may check.
    const answer = await scene.send(await scene.request(held));
    expect(answer).toMatchObject(granted);
    const issuer = new X509Certificate(current.certificate);
    const issued = new X509Certificate(answer.granted ?? Buffer.alloc(0));
    const [before] = (await scene.admin.call('getAuthority')).former;
    expect(before?.fingerprint).toBe(former);
    expect(issued.verify(new X509Certificate(before?.certificate ?? '').publicKey)).toBe(true);
    expect(issued.verify(issuer.publicKey)).toBe(false);

    // A device of the former one goes on, and a new one is taken at once by functions that knew only the former.
    await scene.recycle('Enrol');
    const { sendToken, connect } = await import('../../simulator/identity.ts');
    await sendToken(enrolled, 'ab'.repeat(32), 'magic', scene.now());
    const other = await enrolDevice(await scene.invited(), newDevice(), () => scene.now());
    expect(other.certificate.verify(issuer.publicKey)).toBe(true);
    await sendToken(other, 'cd'.repeat(32), 'magic', scene.now());
    expect(await connect(enrolled, { UDID: enrolled.enrolmentId, Status: 'Idle' }, scene.now())).toBeDefined();

    // Who knows the former one may ask what follows.
    expect((await fetch(url(`operation=GetNextCACert&message=${held.authorityName}`))).headers.get('content-type')).toBe('application/x-x509-next-ca-cert');
  });

  it('may be brought: an intermediate comes with its chain', async () => {
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'root.key', '-out', 'root.pem', '-subj', '/CN=Example Root', '-days', '3650');
    openssl('req', '-new', '-newkey', 'rsa:3072', '-nodes', '-keyout', 'issuing.key', '-out', 'issuing.csr', '-subj', '/CN=Example Devices');
    writeFileSync(join(folder, 'ext'), 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign,digitalSignature\n');
    openssl('x509', '-req', '-in', 'issuing.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-days', '1000', '-extfile', 'ext', '-out', 'issuing.pem');
    const pem = (name: string): string => readFileSync(join(folder, name), 'utf8');
    const { current } = await scene.admin.call('importAuthority', { body: { certificate: pem('issuing.pem'), key: pem('issuing.key'), chain: pem('root.pem') } });
    expect(current).toMatchObject({ subject: 'CN=Example Devices', chain: [expect.stringContaining('BEGIN CERTIFICATE') as string] });
    await scene.recycle('Scep');
    await scene.recycle('Enrol');
    const profile = await scene.profile();
    // SHA-1, and of the one that issues, which comes alone to who names it.
    expect(Buffer.from(profile.authorityFingerprint).toString('hex')).toBe(new X509Certificate(current.certificate).fingerprint.replaceAll(':', '').toLowerCase());
    const subjects = async (name?: string) => {
      const { type, certificates } = await scene.authorities(name);
      return [type, ...certificates.map(({ subject }) => subject)];
    };
    expect(await subjects(profile.authorityName)).toEqual(['application/x-x509-ca-cert', 'CN=Example Devices']);
    expect((await subjects()).slice(0, 3)).toEqual(['application/x-x509-ca-ra-cert', 'CN=Example Devices', 'CN=Example Root']);
    const { certificate } = await enrolDevice(await scene.invited(), newDevice(), () => scene.now());
    writeFileSync(join(folder, 'device.pem'), certificate.toString());
    expect(openssl('verify', '-CAfile', 'root.pem', '-untrusted', 'issuing.pem', 'device.pem')).toContain('OK');
    // An identity ends with its authority at the latest.
    expect(certificate.validToDate.getTime()).toBeLessThanOrEqual(new X509Certificate(pem('issuing.pem')).validToDate.getTime());
    expect(await scene.authoritySecret()).toMatchObject({ former: [{}, {}] });
  });

  it('is refused where it cannot issue', async () => {
    const pem = (name: string): string => readFileSync(join(folder, name), 'utf8');
    openssl('req', '-x509', '-newkey', 'rsa:1024', '-nodes', '-keyout', 'weak.key', '-out', 'weak.pem', '-subj', '/CN=Weak');
    const attempts = [
      { certificate: pem('device.pem'), key: pem('issuing.key') }, { certificate: pem('issuing.pem'), key: pem('root.key') }, { certificate: pem('weak.pem'), key: pem('weak.key') },
      { certificate: pem('root.pem'), key: pem('root.key'), chain: pem('issuing.pem') }, { certificate: 'no PEM', key: 'no key' },
    ];
    for (const body of attempts) await expect(scene.admin.call('importAuthority', { body })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(scene.admin.call('importAuthority', { body: { certificate: pem('issuing.pem'), key: pem('issuing.key') } })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a client that others wrote', () => {
  // Debian and Ubuntu: `apt install scep` (micromdm's client, MIT).
  const client = spawnSync('scepclient', ['-version'], { encoding: 'utf8' });

  it(client.error === undefined ? 'enrols: micromdm\'s scepclient' : 'would enrol: scepclient is not installed here (apt install scep)', async () => {
    if (client.error !== undefined) return;
    const profile = await scene.profile();
    // Without the authority's digest it would take the first of a chain.
    // Not in this thread: the cloud that it talks to runs here.
    const { failed, said } = await run('scepclient', [
      '-server-url', `${scene.test.cloud.apiUrl}/scep`, '-challenge', profile.challenge, '-certificate', 'micromdm.pem', '-private-key', 'micromdm.key', '-cacert-message', profile.authorityName, '-debug',
      '-ca-fingerprint', (await scene.admin.call('getAuthority')).current.fingerprint,
    ]);
    expect({ failed, said: failed ? said : '' }).toEqual({ failed: false, said: '' });
    expect(new X509Certificate(readFileSync(join(folder, 'micromdm.pem'))).subject).toMatch(/^CN=wavecast /);
  });
});

describe('the functions', () => {
  it('need no permission that they do not have', () => {
    expect(scene.test.faults).toEqual([]);
  });
});
