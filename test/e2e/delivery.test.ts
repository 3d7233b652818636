import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DAY, MINUTE, SECOND } from '../../core/ambient.ts';
import type { AppVersion } from '../../core/catalog/app.ts';
import type { EdgeGate } from '../../core/catalog/edge-gate.ts';
import { LINK_GRACE } from '../../core/catalog/serve-manifest.ts';
import { parseBranchId } from '../../core/ids.ts';
import type { Instruction } from '../../core/instruction/instruction.ts';
import { encodeInstallLink } from '../../protocol/install-link.ts';
import { decodeManifest } from '../../protocol/manifest.ts';
import { linkKey } from '../support/permissions/device-flows.ts';
import { gateAs } from '../support/permissions/package-flows.ts';
import { addDevice, addVersion, instructionFor } from '../support/permissions/seeds.ts';
import { World } from '../support/permissions/world.ts';
import { placePackage } from '../support/place-package.ts';

/** What a device meets when it fetches: the manifest, the package, the brake; and what its fetching tells. Time stands. */
const SIZE = 3_000_000;
const packageBytes = randomBytes(SIZE);
const otherBytes = randomBytes(1_000);
const berlin = { name: 'Berlin', timeZone: 'Europe/Berlin', linkMbps: 100 };

let world: World;
let version: AppVersion;
let other: AppVersion;
let gate: EdgeGate;
let instruction: Instruction;
let manifestUrl: string;
let packageUrl: string;

async function aVersion(bytes: Buffer, fileName: string): Promise<AppVersion> {
  return addVersion(world, await placePackage(world.test.stores.s3, world.test.name('AWS::S3::Bucket', 'BucketsPackages'), fileName, bytes), bytes);
}

async function anInstruction(facts: Partial<Instruction> = {}): Promise<Instruction> {
  const made = instructionFor(world, await addDevice(world, parseBranchId('berlin')), version, facts);
  await world.test.stores.instructions.issue(made, []);
  return made;
}
const manifestOf = async (of: Instruction): Promise<string> => `${world.test.cloud.apiUrl}/d/${encodeInstallLink(of, await linkKey(world))}/manifest.plist`;
const packageOf = async (url: string): Promise<string> => decodeManifest(new Uint8Array(await (await fetch(url)).arrayBuffer())).packageUrl;
const brake = (on: boolean) => world.admin.call('putBranch', { id: 'berlin', body: { ...berlin, brake: on } });

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}
async function get(url: string, request: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(url, request);
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
}
/** All that a stranger could tell answers apart by. */
const appearance = ({ status, headers, body }: Answer) => ({ status, body: body.toString(), headers: [...headers].filter(([name]) => !['date', 'x-amz-cf-id'].includes(name)) });

beforeAll(async () => {
  world = await World.boot();
  await brake(false);
  [version, other] = [await aVersion(packageBytes, 'field.ipa'), await aVersion(otherBytes, 'other.ipa')];
  gate = gateAs(world, 'developer');
  instruction = await anInstruction();
  manifestUrl = await manifestOf(instruction);
  packageUrl = await packageOf(manifestUrl);
});
afterAll(() => world.stop());

describe('a device', () => {
  it('is told by the manifest where its package is, under a link of its own', () => {
    const { pathname, searchParams } = new URL(packageUrl);
    expect(pathname).toBe(`/packages/${version.digest}/${version.fileName}`);
    expect(searchParams.get('b')).toBe('berlin');
    expect([...searchParams.keys()]).toEqual(['i', 'b', 'Expires', 'Key-Pair-Id', 'Signature']);
    expect(Number(searchParams.get('Expires')) * 1000).toBeGreaterThanOrEqual(instruction.deadline + LINK_GRACE);
  });

  it('is known to have fetched its manifest, which looking at its headers is not', async () => {
    const [fetched, looked] = [await anInstruction(), await anInstruction()];
    await get(await manifestOf(looked), { method: 'HEAD' });
    const before = world.now();
    await get(await manifestOf(fetched));
    const kept = ({ waveId, deviceId }: Instruction) => world.test.stores.instructions.instruction(waveId, deviceId);
    expect(await kept(looked)).toEqual(looked);
    const { manifestAt, ...rest } = (await kept(fetched)) ?? fetched;
    expect(rest).toEqual(fetched);
    expect(manifestAt).toBeGreaterThanOrEqual(before);
    expect(manifestAt).toBeLessThanOrEqual(world.now());
  });

  it('fetches the whole, and again, byte for byte, as what it is', async () => {
    for (let times = 0; times < 2; times += 1) {
      const { status, headers, body } = await get(packageUrl);
      expect([status, headers.get('content-type'), headers.get('content-length'), headers.get('accept-ranges')]).toEqual([200, 'application/octet-stream', String(SIZE), 'bytes']);
      expect(body.equals(packageBytes)).toBe(true);
    }
    expect((await get(manifestUrl)).headers.get('content-type')).toBe('text/xml');
  });

  it('asks for the headers alone', async () => {
    const { status, headers, body } = await get(packageUrl, { method: 'HEAD' });
    expect([status, headers.get('content-length'), body.length]).toEqual([200, String(SIZE), 0]);
    expect((await get(manifestUrl, { method: 'HEAD' })).status).toBe(200);
  });

  it('goes on where it broke off, and begins anew where the package is another by then', async () => {
    const tag = (await get(packageUrl, { method: 'HEAD' })).headers.get('etag') ?? '';
    const rest = await get(packageUrl, { headers: { range: 'bytes=1000000-', 'if-range': tag } });
    expect([rest.status, rest.headers.get('content-range')]).toEqual([206, `bytes 1000000-${SIZE - 1}/${SIZE}`]);
    expect(rest.body.equals(packageBytes.subarray(1_000_000))).toBe(true);
    const anew = await get(packageUrl, { headers: { range: 'bytes=1000000-', 'if-range': '"another"' } });
    expect([anew.status, anew.body.length]).toEqual([200, SIZE]);
  });
});

const curl = (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'curl')));
describe.runIf(curl)('curl', () => {
  const run = async (...words: readonly string[]) => (await promisify(execFile)('curl', ['--silent', '--show-error', '--cacert', join(world.folder, 'root.pem'), ...words])).stdout;

  it('takes up a download that broke off, on the link that it began with', async () => {
    writeFileSync(join(world.folder, 'root.pem'), world.test.cloud.trust.root);
    const file = join(world.folder, 'resumed.ipa');
    writeFileSync(file, packageBytes.subarray(0, 1_234_567));
    expect(await run('--continue-at', '-', '--output', file, '--write-out', '%{http_code} %{size_download}', packageUrl)).toBe(`206 ${SIZE - 1_234_567}`);
    expect(readFileSync(file).equals(packageBytes)).toBe(true);
  });

  it('sees the headers of HEAD', async () => {
    expect(await run('--head', packageUrl)).toMatch(new RegExp(`^HTTP/1.1 200 OK\r\n[^]*content-length: ${SIZE}\r\n`, 'i'));
  });
});

describe('a stranger', () => {
  const edge = () => new URL(packageUrl).origin;
  const changed = (change: (url: URL) => void) => () => {
    const url = new URL(packageUrl);
    change(url);
    return url.href;
  };

  it.each<[string, () => string]>([
    ['asks without a signature', () => packageUrl.split('?')[0] ?? ''],
    ['makes a signature up', changed((url) => { url.searchParams.set('Signature', 'AAAA'); })],
    ['asks for another version with this link', changed((url) => { url.pathname = `/packages/${other.digest}/${other.fileName}`; })],
    ['names another instruction', changed((url) => { url.searchParams.set('i', 'AAAA'); })],
    ['names another branch', changed((url) => { url.searchParams.set('b', 'tokyo'); })],
    ['leaves the branch out', changed((url) => { url.searchParams.delete('b'); })],
    ['puts a branch of its own beside it', changed((url) => { url.searchParams.append('b', 'tokyo'); })],
    ['makes the link last', changed((url) => { url.searchParams.set('Expires', '4102444800'); })],
    ['names a key that is none', changed((url) => { url.searchParams.set('Key-Pair-Id', 'K0'); })],
    ['guesses a path', () => `${edge()}/packages/${'0'.repeat(64)}/app.ipa`],
    ['asks for a list', () => `${edge()}/`],
    ['asks for the list of a folder', () => `${edge()}/packages/`],
    ['asks for what administrators put there', () => `${edge()}/incoming/field.ipa`],
  ])('who %s is told no more than that nothing is there', async (_, url) => {
    const nothing = appearance(await get(`${edge()}/never-was`));
    expect(nothing.status).toBe(404);
    expect(appearance(await get(url()))).toEqual(nothing);
  });

  it('who guesses a manifest\'s link gets the same answer as who asks for one that was spoiled', async () => {
    const [guessed, spoiled] = [await get(`${world.test.cloud.apiUrl}/d/AAAA.AAAA/manifest.plist`), await get(manifestUrl.replace(/.\/manifest/, '/manifest'))];
    expect([guessed.status, guessed.body.toString()]).toEqual([spoiled.status, spoiled.body.toString()]);
    expect(guessed.status).toBe(404);
  });
});

describe('the emergency brake', () => {
  afterEach(() => brake(false));

  it('stops links that are out at once, says when to come again, and lets them go on', async () => {
    await brake(true);
    const stopped = await get(packageUrl);
    expect([stopped.status, stopped.headers.get('retry-after'), stopped.body.length]).toEqual([503, '300', 0]);
    expect((await get(packageUrl, { method: 'HEAD' })).status).toBe(503);
    expect((await get(manifestUrl)).status).toBeGreaterThanOrEqual(400);
    await brake(false);
    expect((await get(packageUrl)).body.equals(packageBytes)).toBe(true);
    expect((await get(manifestUrl)).status).toBe(200);
  });

  it('of another branch concerns nobody here', async () => {
    await world.admin.call('putBranch', { id: 'tokyo', body: { ...berlin, timeZone: 'Asia/Tokyo', brake: true } });
    expect((await get(packageUrl, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('a package that was withdrawn', () => {
  afterEach(() => gate.open({ kind: 'package', digest: version.digest }));

  it('is not there any more, for links that are out, and looks as if it had never been', async () => {
    await gate.close({ kind: 'package', digest: version.digest });
    expect(appearance(await get(packageUrl))).toEqual(appearance(await get(`${new URL(packageUrl).origin}/never-was`)));
    await gate.open({ kind: 'package', digest: version.digest });
    expect((await get(packageUrl, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('what was fetched', () => {
  it('becomes the instruction\'s progress and the load of the branch, once its records have come', async () => {
    await world.pass(3 * MINUTE);
    const before = await world.admin.call('getBranchLoad', { id: 'berlin' });
    const fresh = await anInstruction();
    const url = await packageOf(await manifestOf(fresh));
    const startedAt = world.now();
    await get(url, { headers: { range: 'bytes=0-999999' } });
    await get(url, { headers: { range: 'bytes=1000000-' } });
    await get(url, { method: 'HEAD' });
    await world.pass(2 * MINUTE);
    await world.quiet();
    const known = await world.test.stores.instructions.instruction(fresh.waveId, fresh.deviceId);
    expect(known).toMatchObject({ state: 'installing', download: { bytes: SIZE, logs: [expect.any(String)] } });
    // Records have whole seconds.
    expect(Math.abs((known?.download?.startedAt ?? 0) - startedAt)).toBeLessThan(2 * SECOND);
    const after = await world.admin.call('getBranchLoad', { id: 'berlin' });
    expect([after.bytes - before.bytes, after.starts - before.starts]).toEqual([SIZE, 1]);
  });
});

describe('a link', () => {
  it('lives seven days past the deadline, and dies unnoticed', async () => {
    const nothing = appearance(await get(`${new URL(packageUrl).origin}/never-was`));
    const issuedAt = world.now() - 8 * DAY;
    const late = await manifestOf(await anInstruction({ issuedAt, deadline: world.now() - LINK_GRACE + MINUTE, state: 'timedOut' }));
    const url = await packageOf(late);
    expect((await get(url, { method: 'HEAD' })).status).toBe(200);
    await world.pass(2 * MINUTE);
    expect(appearance(await get(url))).toEqual(nothing);
    expect((await get(late)).status).toBe(404);
  });

  it('has asked no function for what it may not', () => {
    expect(world.test.faults).toEqual([]);
  });
});
