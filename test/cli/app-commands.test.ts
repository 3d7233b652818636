import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { answeredApp, answeredListedApp, answeredRegistration, answeredVersion, BUNDLE, DEVICE, REGISTRATION, VERSION } from './support/answers.ts';
import { serve } from './support/server.ts';
import { wavecast } from './support/wavecast.ts';
import { temporaryFolder } from './support/world.ts';

const refused = answeredRegistration({
  state: 'refused', reason: 'Package name did not pass.', remedy: 'Place the right file.',
  checks: [{ name: 'Package name', passed: false, expected: 'a.b', found: 'c.d' }, { name: 'Size', passed: true, expected: '1', found: '1' }],
});

function sampleFile(name = 'Fieldwork.ipa'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, 'ipa'.repeat(1_000));
  return path;
}

describe('app list', () => {
  it('asks for all apps: they come in one page', async () => {
    const { world, status } = await wavecast({ listApps: { items: [answeredListedApp()] } }, ['app', 'list']);
    expect(status).toBe(0);
    expect(world.out()).toContain(BUNDLE);
  });

  it('says how far the latest versions have come where that is wanted, with one question for all', async () => {
    const app = answeredListedApp();
    const listAdoption = { items: [{ bundleId: BUNDLE, versionId: app.latest?.id ?? '', instructions: { installed: 7, failed: 1, timedOut: 1, issued: 3 } }] };
    const { api, world } = await wavecast({ listApps: { items: [app] }, listAdoption }, ['app', 'list', '--adoption']);
    expect(api.calls('listAdoption')).toHaveLength(1);
    expect(world.out()).toMatch(/INSTALLED +FAILED +OPEN/);
    expect(world.out()).toMatch(new RegExp(`^${BUNDLE} .* 7 +2 +3(?: |$)`, 'm'));
  });
});

describe('app register', () => {
  it('places the file, registers its name and waits for the verdict', async () => {
    const storage = await serve(() => ({ headers: { etag: '"e"' } }));
    const verdicts = [answeredRegistration(), answeredRegistration({ state: 'verified', versionId: VERSION, bundleId: BUNDLE, shortVersion: '2.1.0', version: '42', warnings: ['It expires soon.'] })];
    const { api, status, world } = await wavecast({
      beginUpload: { uploadId: 'u1', partSize: 2_000, parts: [{ partNumber: 1, url: `${storage}/1` }, { partNumber: 2, url: `${storage}/2` }] },
      completeUpload: { fileName: 'Fieldwork.ipa' }, register: answeredRegistration(), getRegistration: () => verdicts.shift() ?? refused,
    }, ['app', 'register', sampleFile(), '--title', 'Fieldwork', '--package-name', BUNDLE, '--version', '2.1.0', '--wait']);
    expect(world.err()).toContain('Sending Fieldwork.ipa (3.00 kB)');
    expect(status).toBe(0);
    expect(api.bodies('beginUpload')).toEqual([{ fileName: 'Fieldwork.ipa', size: 3_000 }]);
    expect(api.calls('completeUpload')).toMatchObject([{ id: 'u1', body: { fileName: 'Fieldwork.ipa', parts: [{ partNumber: 1, etag: '"e"' }, { partNumber: 2, etag: '"e"' }] } }]);
    expect(api.bodies('register')).toEqual([{ fileName: 'Fieldwork.ipa', bundleId: BUNDLE, version: '2.1.0', title: 'Fieldwork' }]);
    expect(world.out()).toBe(`Fieldwork.ipa: verified\nIt is version 2.1.0 (42) of ${BUNDLE}, ${VERSION}.\n  !   It expires soon.\n`);
  });

  it('registers a placed file by its name, and fails with the checks where it is refused', async () => {
    const { status, world } = await wavecast({ register: answeredRegistration(), getRegistration: refused }, ['app', 'register', '--file-name', 'Fieldwork.ipa', '--wait']);
    expect(status).toBe(1);
    expect(world.err()).toContain('error: Fieldwork.ipa is refused: Package name did not pass.\nWhat to do: Place the right file.');
  });

  it('says where to look later when it does not wait', async () => {
    const { status, world } = await wavecast({ register: answeredRegistration() }, ['app', 'register', '--file-name', 'Fieldwork.ipa']);
    expect(status).toBe(0);
    expect(world.err()).toContain(`wavecast app registration ${REGISTRATION} --wait`);
  });

  it.each<[string, readonly string[], string]>([
    ['neither a file nor a name', [], '--file-name'],
    ['a title that is no text', ['--file-name', 'Fieldwork.ipa', '--title', 'a<b'], '--title'],
    ['a description that is too long', ['--file-name', 'Fieldwork.ipa', '--description', 'x'.repeat(101)], '--description'],
  ])('takes %s for wrong usage, before anything is sent', async (_, flags, named) => {
    const { api, status, world } = await wavecast({}, ['app', 'register', ...flags]);
    expect({ status, asked: api.asked }).toEqual({ status: 2, asked: [] });
    expect(world.err()).toContain(named);
  });
});

describe('app registration', () => {
  it('shows what became of one, also of a refused one', async () => {
    const { status, world } = await wavecast({ getRegistration: refused }, ['app', 'registration', REGISTRATION]);
    expect(status).toBe(0);
    expect(world.out().split('\n')).toEqual([`Fieldwork.ipa: refused (registration ${REGISTRATION})`, '  no  Package name: c.d, expected a.b', '  ok  Size: 1', 'What to do: Place the right file.', '']);
  });

  it('fails with --wait where it is refused', async () => {
    expect((await wavecast({ getRegistration: refused }, ['app', 'registration', REGISTRATION, '--wait'])).status).toBe(1);
  });
});

describe('app verify', () => {
  const mismatch = { name: 'File unchanged', passed: false, expected: '30 bytes', found: '31 bytes', remedy: 'Put it back.' };

  it('has a version verified that is named as people name it, waits for the end and shows every check', async () => {
    const verdicts = [answeredRegistration({ versionId: VERSION }), answeredRegistration({ state: 'verified', versionId: VERSION, bundleId: BUNDLE, checks: [{ name: 'Size', passed: true, expected: '1', found: '1' }] })];
    const { api, status, world } = await wavecast({ getApp: answeredApp(), verifyVersion: answeredRegistration({ versionId: VERSION }), getRegistration: () => verdicts.shift() ?? refused }, ['app', 'verify', `${BUNDLE}@2.1.0`]);
    expect(status).toBe(0);
    expect(api.calls('verifyVersion')).toMatchObject([{ id: VERSION }]);
    expect(world.out()).toBe(`Fieldwork.ipa: verified\nIt is version ${VERSION} of ${BUNDLE}.\n  ok  Size: 1\n`);
  });

  it('fails where a check did not pass: with all of them, and what to do about each', async () => {
    const second = { name: 'Content type', passed: false, expected: 'a', found: 'b', remedy: 'Register it again.' };
    const end = answeredRegistration({ state: 'refused', versionId: VERSION, bundleId: BUNDLE, shortVersion: '2.1.0', version: '42', checks: [mismatch, second], reason: 'File unchanged did not pass: expected 30 bytes, found 31 bytes.', remedy: 'Put it back.' });
    const { status, world } = await wavecast({ getVersion: answeredVersion(), verifyVersion: end }, ['app', 'verify', VERSION, '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(world.out())).toMatchObject({
      error: {
        code: 'not-verified', message: `Fieldwork.ipa is version 2.1.0 (42) of ${BUNDLE}, which is not verified: 2 checks did not pass.`,
        remedy: `Put each of them right, then run \`wavecast app verify ${VERSION}\`.`,
        evidence: ['File unchanged: expected 30 bytes, found 31 bytes. What to do: Put it back.', 'Content type: expected a, found b. What to do: Register it again.'],
      },
    });
  });

  it('says where to look later when it does not wait', async () => {
    const { status, world } = await wavecast({ getVersion: answeredVersion(), verifyVersion: answeredRegistration({ versionId: VERSION }) }, ['app', 'verify', VERSION, '--no-wait']);
    expect(status).toBe(0);
    expect(world.err()).toContain(`wavecast app registration ${REGISTRATION} --wait`);
  });

  it('takes what names no version for wrong usage', async () => {
    const { api, status } = await wavecast({}, ['app', 'verify', BUNDLE]);
    expect({ status, asked: api.asked }).toEqual({ status: 2, asked: [] });
  });
});

describe('app show', () => {
  const checks = [{ name: 'Size', passed: true, expected: '1', found: '1' }, { name: 'File name', passed: false, expected: 'a.ipa', found: 'no file of this name', remedy: 'Put it back.' }];
  const failed = '  no  File name: no file of this name, expected a.ipa\n      What to do: Put it back.\n';

  it('says under an app\'s versions what is wrong with those that nobody can be given', async () => {
    const { world } = await wavecast({ getApp: answeredApp([answeredVersion({ placement: 'missing', checks })]) }, ['app', 'show', BUNDLE]);
    expect(world.out()).toMatch(/ missing /);
    expect(world.out()).toContain(`\n2.1.0 (42), Fieldwork.ipa, ${VERSION}:\n${failed}`);
    expect(world.out()).not.toContain('Size: 1');
  });

  it('fits a terminal of 80 columns, says what it leaves out, and keeps what a remedy speaks of', async () => {
    const long = { ...checks[1], passed: false, name: 'File name', expected: 'a.ipa', found: 'no file of this name', remedy: `Put the registered file back under the name "Fieldwork.ipa" and run \`wavecast app verify ${VERSION}\`, or register another.` };
    const { world } = await wavecast({ getApp: answeredApp([answeredVersion({ placement: 'missing', checks: [long] })]) }, ['app', 'show', BUNDLE], { isTTY: true, columns: 80, env: { NO_COLOR: '1' } });
    expect(world.out().split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(world.out()).toContain('\nNo room here for FILE, KIND: a wider terminal shows them, and --json.\n');
    expect(world.out()).toContain(`\n2.1.0 (42), Fieldwork.ipa, ${VERSION}:\n  no  File name: no file of this name, expected a.ipa\n      What to do: Put the registered file back under the name "Fieldwork.ipa"\n      and run \`wavecast app verify ${VERSION}\`,`);
  });
});

type TestDevice = AnswerOf<'getTestInstall'>['items'][number];

describe('app test-install', () => {
  const lab1: TestDevice = {
    id: 'direct.1.lab-1', kind: 'install', waveId: 'direct.1', deviceId: DEVICE, deviceName: 'lab-1', branchId: 'berlin', state: 'issued', attempt: 1, issuedAt: 1, deadline: 2, updatedAt: 1, history: [],
  };
  const answer: AnswerOf<'testInstall'> = { waveId: 'direct.1', instructed: ['lab-1'], held: ['lab-2'] };

  it('names the devices that are instructed, and those that are not', async () => {
    const { api, world } = await wavecast({ getApp: answeredApp(), testInstall: answer }, ['app', 'test-install', `${BUNDLE}@2.1.0`, '--device', DEVICE]);
    expect(api.calls('testInstall')).toMatchObject([{ id: VERSION, body: { deviceIds: [DEVICE] } }]);
    expect(world.out()).toBe('Instructed: lab-1.\nNot instructed, since another instruction for the app is under way: lab-2.\n');
    expect(world.err()).toContain('wavecast app test-progress direct.1');
  });

  const device = (state: TestDevice['state'], more: Partial<TestDevice> = {}): TestDevice => ({ ...lab1, state, ...more });
  /** What the server says each time it is asked, the last for good. */
  const after = (...states: readonly TestDevice[]) => {
    const left = [...states];
    return (): AnswerOf<'getTestInstall'> => ({ versionId: VERSION, items: [(left.length > 1 ? left.shift() : left[0]) ?? lab1] });
  };

  it('waits until a device has it, and tells each step of the way once', async () => {
    const getTestInstall = after(device('issued'), device('installing'), device('installing'), device('installed'));
    const { api, world, status } = await wavecast({ getApp: answeredApp(), testInstall: { ...answer, held: [] }, getTestInstall }, ['app', 'test-install', `${BUNDLE}@2.1.0`, '--wait']);
    expect(status).toBe(0);
    expect(api.calls('getTestInstall').map(({ id }) => id)).toEqual(Array.from({ length: 4 }, () => 'direct.1'));
    expect(world.err().match(/lab-1: \w+/g)).toEqual(['lab-1: issued', 'lab-1: installing', 'lab-1: installed']);
    expect(world.out()).toMatch(/^lab-1 +installed /m);
  });

  it('fails where no device is left that could get it, with what the device said', async () => {
    const getTestInstall = after(device('issued'), device('rejected', { reason: { code: 'user-rejected', words: 'The user declined.', deviceCodes: ['UserRejected'] } }));
    const { world, status } = await wavecast({ getApp: answeredApp(), testInstall: { ...answer, held: [] }, getTestInstall }, ['app', 'test-install', `${BUNDLE}@2.1.0`, '--wait', '--json']);
    expect(status).toBe(1);
    expect(world.err()).toContain('lab-1: rejected. The user declined. UserRejected');
    expect(JSON.parse(world.out())).toMatchObject({ error: { code: 'not-installed' } });
  });

  it('is looked at again by its wave', async () => {
    const { api, world } = await wavecast({ getTestInstall: after(device('installing', { download: { startedAt: 1, endedAt: 2, bytes: 12_000_000 } })) }, ['app', 'test-progress', 'direct.1']);
    expect(api.calls('getTestInstall')).toMatchObject([{ id: 'direct.1' }]);
    expect(world.out()).toMatch(/^lab-1 +installing .*12\.0 MB/m);
  });
});

describe('app version', () => {
  it('shows what the file says, its checks and its warnings', async () => {
    const version = answeredVersion({ applicationIdentifier: `TEAM.${BUNDLE}`, iconWidth: 120, warnings: ['The profile expires within 30 days.'], checks: [{ name: 'Size', passed: true, expected: '1', found: '1' }] });
    const { world } = await wavecast({ getApp: answeredApp([version]), getVersion: version }, ['app', 'version', `${BUNDLE}@2.1.0`]);
    for (const line of [/^Fieldwork$/m, /^Application identifier +TEAM\./m, /^Icon +120 x 120$/m, /^Devices +iPhone, iPad$/m, /^ {2}ok {2}Size: 1$/m, /^ {2}! {3}The profile expires within 30 days\.$/m]) expect(world.out()).toMatch(line);
  });

  it('says "none" of an icon that is not there, and nothing of what is not known', async () => {
    const { world } = await wavecast({ getVersion: answeredVersion() }, ['app', 'version', VERSION]);
    expect(world.out()).toMatch(/^Icon +none$/m);
    expect(world.out()).not.toContain('Application identifier');
  });
});

describe('app icon', () => {
  it('writes the size that is asked for into the file', async () => {
    const storage = await serve((_, { response }) => {
      response.end(Buffer.from([0x89, 0x50, 0xff]));
      return undefined;
    });
    const file = join(temporaryFolder(), 'icon.png');
    const { api, status } = await wavecast({ getVersion: answeredVersion(), getVersionIcon: { link: `${storage}/icon`, expiresAt: 1 } }, ['app', 'icon', VERSION, '--size', '57', '--output', file]);
    expect(status).toBe(0);
    expect(api.calls('getVersionIcon')).toMatchObject([{ id: VERSION, query: { size: '57' } }]);
    expect([...readFileSync(file)]).toEqual([0x89, 0x50, 0xff]);
  });

  it.each([[['--size', '58', '--output', 'a.png'], '--size'], [[], '--output']])('takes %j for wrong usage', async (flags, named) => {
    const { status, world } = await wavecast({}, ['app', 'icon', VERSION, ...flags]);
    expect(status).toBe(2);
    expect(world.err()).toContain(named);
  });
});

describe('files put', () => {
  it('asks for another name where the server would not take the file\'s', async () => {
    const { api, status, world } = await wavecast({}, ['files', 'put', sampleFile('Field#work.ipa')]);
    expect({ status, asked: api.asked }).toEqual({ status: 2, asked: [] });
    expect(world.err()).toContain('--as');
  });

  it('shows no progress of a file that is not there', async () => {
    const { status, world } = await wavecast({}, ['files', 'put', join(temporaryFolder(), 'none.ipa')]);
    expect(status).toBe(2);
    expect(world.err()).toMatch(/^error: .*none\.ipa cannot be read \(ENOENT\)\.\nWhat to do: /);
  });
});
