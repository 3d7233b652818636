import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../cli/program.ts';
import { DAY, MINUTE } from '../../core/ambient.ts';
import { parseVersionId } from '../../core/ids.ts';
import { PLACE } from '../../local/boot.ts';
import { writeSampleIpa, type SampleIpa } from '../../local/demo/sample-ipa.ts';
import { createRoot, issueServer } from '../../local/tls/issue.ts';
import type { AnswerOf, OperationName } from '../../protocol/admin/operations.ts';
import { testWorld } from '../cli/support/world.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';

/** What a tester meets at the command line on the way from a file to a verified placement, and on ten wrong ways. */
const startAt = Date.parse('2026-03-10T11:50:00Z');
const bundleId = 'com.example.fieldwork';
const folder = mkdtempSync(join(tmpdir(), 'wavecast-e2e-placement-'));
const inFolder = (name: string): string => join(folder, name);

let test: TestCloud;
let automation: Readonly<Record<string, string>>;

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

async function wavecast(...args: readonly string[]): Promise<Ran> {
  const world = testWorld({ env: automation, configFolder: inFolder('automation'), sleep: (milliseconds) => pause(Math.min(milliseconds, 100)) });
  const status = await run(args, world, '1.0.0');
  return { status, out: world.out(), err: world.err() };
}

 
async function json<N extends OperationName>(_: N, ...args: readonly string[]): Promise<AnswerOf<N>> {
  const { status, out, err } = await wavecast(...args, '--json');
  expect({ status, err: status === 0 ? '' : err }).toEqual({ status: 0, err: '' });
  return JSON.parse(out) as AnswerOf<N>;
}

/** What a person reads of a command that fails. */
async function refusal(...args: readonly string[]): Promise<string> {
  const { status, err } = await wavecast(...args);
  expect(status).toBe(1);
  // Links are secrets.
  expect(err).not.toMatch(/Signature=|manifest\.plist|https?:\/\//);
  return err;
}

async function ipa(name: string, facts: Partial<SampleIpa> = {}): Promise<string> {
  return (await writeSampleIpa({ path: inFolder(name), bundleId, version: '7', shortVersion: '2.1', title: 'Fieldwork', sizeBytes: 300_000, kind: 'enterprise', signedAt: startAt - DAY, ...facts })).path;
}

/** Registers a file and gives its version's id. */
async function registered(name: string, facts: Partial<SampleIpa> = {}): Promise<string> {
  const { versionId } = await json('register', 'app', 'register', await ipa(name, facts), '--wait');
  return versionId ?? '';
}

const version = (id: string) => json('getVersion', 'app', 'version', id);
const bucket = () => test.name('AWS::S3::Bucket', 'BucketsPackages');
/** As `aws s3 cp` would put it. */
const put = async (name: string, path: string): Promise<void> => {
  await test.stores.s3.send(new PutObjectCommand({ Bucket: bucket(), Key: `incoming/${name}`, Body: await readFile(path) }));
};

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries += 1) {
    if (tries === 100) throw new Error(`It did not come to this: ${what}.`);
    await pause(50);
  }
}

beforeAll(async () => {
  test = await bootTestCloud({ pace: 'real', startAt });
  const [client] = Object.entries(test.cloud.issuer.clientSecrets);
  automation = { WAVECAST_URL: test.cloud.apiUrl, WAVECAST_CLIENT_ID: client?.[0] ?? '', WAVECAST_CLIENT_SECRET: client?.[1] ?? '' };
});
afterAll(async () => {
  await test.cloud.stop();
  rmSync(folder, { recursive: true });
});

describe('a good package', () => {
  it('is verified by every check that a device would meet, and says them all', async () => {
    const { status, out, err } = await wavecast('app', 'register', await ipa('Good.ipa', { shortVersion: '1.0' }), '--package-name', bundleId, '--version', '1.0', '--title', 'Fieldwork', '--wait');
    expect({ status, err: err.includes('error') }).toEqual({ status: 0, err: false });
    const names = [...out.matchAll(/^ {2}ok {2}([^:]+):/gm)].map(([, name]) => name);
    expect(names).toEqual([
      'Distribution', 'Package name', 'Version', 'Build', 'File while registered', 'File name', 'File unchanged', 'Served copy',
      'Manifest address', 'Manifest download', 'Manifest content type', 'Package name in the manifest', 'Version in the manifest', 'Title in the manifest', 'Digests in the manifest',
      'Package address', 'Package certificate', 'Package download', 'Link lifetime', 'Content type', 'Size', 'Resumable download', 'Resumed download', 'Whole download', 'Digest', 'Digests of the parts',
      'Package name in the file', 'Version in the file', 'Title in the file', 'Provisioning profile',
    ]);
    expect(out).not.toContain('  no  ');
  });

  it('is verified again whenever somebody asks, which the audit log keeps', async () => {
    const { status, out } = await wavecast('app', 'verify', `${bundleId}@1.0`);
    expect(status).toBe(0);
    expect(out).toMatch(/^Good\.ipa: verified\nIt is version 1\.0 \(7\) of com\.example\.fieldwork, [0-9a-f]{32}\.\n {2}ok {2}File name: Good\.ipa\n/);
    expect((await wavecast('audit', '--day', '2026-03-10')).out).toMatch(/version\.verify/);
  });

  it('is the same version when it is registered again, under whatever name, and what was proven of it stands', async () => {
    const first = await registered('Again.ipa', { shortVersion: '1.1' });
    await test.stores.catalogue.movePlacement(parseVersionId(first), 'verified', { placement: 'proven', checks: [] });
    const again = await wavecast('app', 'register', inFolder('Again.ipa'), '--file-name', 'Other name.ipa', '--wait');
    expect(again.out).toContain(`ok  Build: the file of version 1.1 (7), registered on 2026-03-10`);
    expect(await version(first)).toMatchObject({ placement: 'proven', fileName: 'Other name.ipa' });
  });

  it('may be placed by any means', async () => {
    await put('Copied (1).ipa', await ipa('copied.ipa', { shortVersion: '1.2' }));
    expect((await wavecast('app', 'register', '--file-name', 'Copied (1).ipa', '--wait')).status).toBe(0);
  });
});

describe('of a faulty case a tester is told exactly what is wrong and what to do:', () => {
  it('1. another package name than the file\'s', async () => {
    const said = await refusal('app', 'register', await ipa('Name.ipa', { shortVersion: '3.1' }), '--package-name', 'com.example.other', '--wait');
    expect(said).toContain('Package name did not pass: expected com.example.other, found com.example.fieldwork.');
    expect(said).toContain('What to do: Register the app under the package name that is in the file, or place the right file.');
  });

  it('2. another file name than the one on the server', async () => {
    await put('Fieldwork-3.2.ipa', await ipa('f32.ipa', { shortVersion: '3.2' }));
    const said = await refusal('app', 'register', '--file-name', 'Feildwork-3.2.ipa', '--wait');
    expect(said).toContain('There is no file "Feildwork-3.2.ipa" on the communication server.');
    expect(said).toContain('What to do: Put it there with `wavecast files put FILE --as "Feildwork-3.2.ipa"`, or correct the file name. There are: "Fieldwork-3.2.ipa".');
  });

  it('3. another version than the file\'s; and everything else that is wrong with it at the same time', async () => {
    const said = await refusal('app', 'register', await ipa('Version.ipa', { shortVersion: '3.3', kind: 'development' }), '--version', '3.4', '--wait');
    expect(said).toContain('Version: expected 3.4, found 3.3. What to do: Register the version that is in the file, or place the right file.');
    expect(said).toContain('Distribution: expected an app for internal use');
  });

  it('4. a file that was changed under its registered name: the version is mismatched before anyone asks, until the file is put back', async () => {
    const id = await registered('Changed.ipa', { shortVersion: '3.5' });
    await put('Changed.ipa', await ipa('other.ipa', { shortVersion: '3.5', sizeBytes: 310_000 }));
    await until('a mismatch', async () => (await version(id)).placement === 'mismatched');
    expect((await wavecast('app', 'show', bundleId)).out).toContain(`3.5 (7), Changed.ipa, ${id}:\n  no  File unchanged: 310000 bytes, expected 300000 bytes\n      What to do: Put the registered file back under the name "Changed.ipa" and run \`wavecast app verify ${id}\``);
    expect(await refusal('app', 'verify', id)).toContain('Changed.ipa is version 3.5 (7) of com.example.fieldwork, which is not verified: ');
    // Another file of the same size: only its bytes tell, and they are read.
    await put('Changed.ipa', inFolder('Changed.ipa'));
    expect((await wavecast('app', 'verify', id)).status).toBe(0);
    expect((await version(id)).placement).toBe('verified');
    await put('Changed.ipa', await ipa('twin.ipa', { shortVersion: '3.5', seed: 'twin' }));
    await until('a mismatch', async () => (await version(id)).placement === 'mismatched');
    expect((await version(id)).checks.find(({ passed }) => !passed)).toMatchObject({ name: 'File unchanged', expected: expect.stringMatching(/^300000 bytes, SHA-256 /) as string });
    await put('Changed.ipa', inFolder('Changed.ipa'));
    expect((await wavecast('app', 'verify', id)).status).toBe(0);
  });

  it('5. an expired profile', async () => {
    const said = await refusal('app', 'register', await ipa('Expired.ipa', { shortVersion: '3.6', signedAt: startAt - 400 * DAY, expiresAt: startAt - DAY }), '--wait');
    expect(said).toMatch(/embedded\.mobileprovision.*expired on 2026-03-09/);
    expect(said).toContain('What to do: Export the app for enterprise or ad hoc distribution, with a profile and certificate that are valid, and register that.');
  });

  it.each([['6. an App Store build', 'app-store', 'it is for the App Store'], ['7. a development build', 'development', 'is a development profile (device list and get-task-allow)']] as const)('%s', async (_, kind, words) => {
    const said = await refusal('app', 'register', await ipa(`${kind}.ipa`, { shortVersion: '3.7', kind, provisionedDevices: ['00008120-0000000000000001'] }), '--wait');
    expect(said).toContain(words);
    expect(said).toContain('What to do: Export the app for enterprise or ad hoc distribution');
  });

  it('8. a file that is no longer there', async () => {
    const id = await registered('Missing.ipa', { shortVersion: '3.8' });
    await test.stores.s3.send(new DeleteObjectCommand({ Bucket: bucket(), Key: 'incoming/Missing.ipa' }));
    await until('a missing file', async () => (await version(id)).placement === 'missing');
    expect(await refusal('plan', 'create', '--version', id, '--branch', 'berlin=01:00-02:00')).toContain(`What to do: See what is wrong with \`wavecast app verify ${id}\``);
    const said = await refusal('app', 'verify', id);
    expect(said).toContain('File name did not pass: expected Missing.ipa, found no file of this name.');
    expect(said).toContain('What to do: Put the registered file back under the name "Missing.ipa"');
    expect((await wavecast('files', 'put', inFolder('Missing.ipa'))).status).toBe(0);
    expect((await wavecast('app', 'verify', id)).status).toBe(0);
  });

  it('9. a dead link', async () => {
    const id = await registered('Dead.ipa', { shortVersion: '3.9' });
    const client = new SecretsManagerClient({ endpoint: test.cloud.awsUrl, region: PLACE.region, credentials: test.cloud.developer, systemClockOffset: startAt - Date.now() });
    const SecretId = test.name('AWS::SecretsManager::Secret', 'SecretsLink');
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }));
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const forget = () => test.cloud.functions.recycle(test.name('AWS::Lambda::Function', 'Delivery'));
    const { keys } = JSON.parse(SecretString) as { readonly keys: readonly object[] };
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify({ keys: keys.map((each) => ({ ...each, privateKey: other })) }) }));
    await forget();
    const said = await refusal('app', 'verify', id);
    expect(said).toContain('Package download did not pass: expected status 200, found status 404.');
    expect(said).toContain('What to do: The file is there, but its signed link is dead');
    expect((await version(id)).placement).toBe('placed');
    await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
    await forget();
    expect((await wavecast('app', 'verify', id)).status).toBe(0);
  });

  it('10. TLS that devices do not trust', async () => {
    const id = await registered('Tls.ipa', { shortVersion: '3.10' });
    test.cloud.edge.showCertificate(await issueServer(await createRoot()));
    const said = await refusal('app', 'verify', id);
    test.cloud.edge.showCertificate(test.cloud.trust.server);
    expect(said).toMatch(/Package certificate did not pass: expected trusted, valid, for this name, found a certificate .*devices( do)? (not )?trust/);
    expect(said).toContain('What to do: Install a certificate of a public authority with its whole chain');
    expect((await wavecast('app', 'verify', id)).status).toBe(0);
  });
});

describe('a file that was refused', () => {
  it('lies there, is counted, and is removed; one that a version goes by stays unless that is meant', async () => {
    const unused = async () => (JSON.parse((await wavecast('files', 'list', '--unused', '--json')).out) as AnswerOf<'listFiles'>['items']).map(({ fileName }) => fileName);
    const leftovers = async () => (JSON.parse((await wavecast('app', 'storage', '--json')).out) as AnswerOf<'getStorage'>).leftovers;
    expect(await refusal('app', 'register', await ipa('Left.ipa', { shortVersion: '3.11', kind: 'development' }), '--wait')).toContain('Left.ipa is refused');
    const before = await leftovers();
    expect(await unused()).toContain('Left.ipa');
    expect((await wavecast('files', 'remove', 'Left.ipa')).out).toBe('Left.ipa is removed (300.0 kB).\n');
    expect(await unused()).not.toContain('Left.ipa');
    expect(await leftovers()).toMatchObject({ files: before.files - 1, bytes: before.bytes - 300_000 });
    const id = await registered('Kept.ipa', { shortVersion: '3.12' });
    expect(await refusal('files', 'remove', 'Kept.ipa')).toContain('"Kept.ipa" is the file of version 3.12 (7) of com.example.fieldwork');
    expect((await wavecast('files', 'remove', 'Kept.ipa', '--force')).status).toBe(0);
    await until('a missing file', async () => (await version(id)).placement === 'missing');
  });
});

describe('a second build with the same versions', () => {
  it('is refused', async () => {
    await registered('Twin-1.ipa', { shortVersion: '4.0' });
    const said = await refusal('app', 'register', await ipa('Twin-2.ipa', { shortVersion: '4.0', sizeBytes: 320_000 }), '--wait');
    expect(said).toContain('Another build of com.example.fieldwork with version 4.0 (7) is registered.');
    expect(said).toContain('What to do: Raise CFBundleVersion and build again');
  });
});

describe('a plan', () => {
  it('of a version that is not proven starts only where that is said, and the audit log keeps it', async () => {
    await json('putBranch', 'branch', 'set', 'berlin', '--time-zone', 'UTC', '--link', '50');
    const id = await registered('Plan.ipa', { shortVersion: '5.0' });
    const plan = await json('createPlan', 'plan', 'create', '--version', id, '--branch', 'berlin=12:00-24:00');
    expect(await refusal('plan', 'start', plan.id)).toContain(`What to do: Install it on a test device first with \`wavecast app test-install ${id}\``);
    expect(await json('startPlan', 'plan', 'start', plan.id, '--unproven')).toMatchObject({ status: 'live' });
    const entries = JSON.parse((await wavecast('audit', '--day', '2026-03-10', '--json')).out) as AnswerOf<'listAudit'>['items'];
    expect(entries.find(({ action }) => action === 'plan.start')?.after).toEqual({ status: 'live', unproven: true });
    // Its file is taken away before the window opens: no wave goes, and the plan says why.
    await test.stores.s3.send(new DeleteObjectCommand({ Bucket: bucket(), Key: 'incoming/Plan.ipa' }));
    await until('a missing file', async () => (await version(id)).placement === 'missing');
    const { clock } = test.cloud;
    clock.setPace('max');
    await clock.until(clock.now() + 30 * MINUTE);
    clock.setPace('real');
    expect(await json('getPlan', 'plan', 'show', plan.id)).toMatchObject({ status: 'paused', pausedBecause: expect.stringContaining('is not verified on the communication server: it is missing') as string });
    expect(await refusal('plan', 'resume', plan.id)).toContain('it is missing');
    await put('Plan.ipa', inFolder('Plan.ipa'));
    expect((await wavecast('app', 'verify', id)).status).toBe(0);
    expect(await json('resumePlan', 'plan', 'resume', plan.id)).toMatchObject({ status: 'live' });
  });
});

it('needs no permission that a function does not have', () => {
  expect(test.faults).toEqual([]);
});
