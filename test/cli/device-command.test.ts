import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { BUNDLE, DEVICE } from './support/answers.ts';
import { serve } from './support/server.ts';
import { wavecast } from './support/wavecast.ts';
import { temporaryFolder } from './support/world.ts';

const at = Date.parse('2026-11-25T10:00:00Z');
const COMMAND = '2f6c1a90-3b1d-8c55-a1f0-9e8d7c6b5a40';
const sent = { commandUUID: COMMAND, expiresAt: at };
const outcome = (of: Partial<AnswerOf<'getCommand'>> = {}): AnswerOf<'getCommand'> => ({ commandUUID: COMMAND, deviceId: DEVICE, requestType: 'ProfileList', requestedBy: 'grace', state: 'waiting', queuedAt: at, expiresAt: at, ...of });

function fileWith(text: string): string {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, text);
  return path;
}

describe('device command', () => {
  it('sends keys that are typed, from a file, and a file\'s bytes', async () => {
    const { api, status, world } = await wavecast({ sendCommand: sent }, [
      'device', 'command', DEVICE, 'Anything', '--keys', fileWith('{"List": [1], "Text": "old"}'), '--key', 'Text=new=er', '--key', 'On=true', '--key', 'Number=3', '--key', 'Bundle=1.2.3', '--key', 'Dict={"a": 1}', '--data', `Blob=${fileWith('abc')}`,
    ]);
    expect(status).toBe(0);
    expect(api.calls('sendCommand')).toMatchObject([{ id: DEVICE, body: { requestType: 'Anything', List: [1], Text: 'new=er', On: true, Number: 3, Bundle: '1.2.3', Dict: { a: 1 }, Blob: { $data: 'YWJj' } } }]);
    expect(world.out()).toContain(COMMAND);
    expect(world.err()).toContain(`wavecast device command-result ${COMMAND}`);
  });

  it.each<[string, () => readonly string[], string]>([
    ['a request type that is no word', () => ['No word'], 'REQUEST-TYPE'],
    ['a key without a value', () => ['ProfileList', '--key', 'Nothing'], '--key'],
    ['a file that is not there', () => ['ProfileList', '--keys', '/nowhere/keys.json'], '--keys'],
    ['a file that is no JSON', () => ['ProfileList', '--keys', fileWith('{')], '--keys'],
    ['a file that holds a list', () => ['ProfileList', '--keys', fileWith('[]')], '--keys'],
    ['data that is not there', () => ['InstallProfile', '--data', 'Payload=/nowhere'], '--data'],
  ])('names the flag of %s, and asks the server nothing', async (_, args, flag) => {
    const { api, status, world } = await wavecast({ sendCommand: sent }, ['device', 'command', DEVICE, ...args()]);
    expect([status, api.calls('sendCommand')]).toEqual([2, []]);
    expect(world.err()).toContain(flag);
  });
});

describe('device command-result', () => {
  it('tells why it failed in plain words, with the device\'s codes', async () => {
    const { world } = await wavecast({ getCommand: outcome({ state: 'failed', reportedAt: at, reason: { code: 'device-error', words: 'The device answered with an error: the user declined.', deviceCodes: ['MCMDMErrorDomain 12063'] } }) }, ['device', 'command-result', COMMAND]);
    expect(world.out()).toMatch(/Why\s+The device answered with an error: the user declined\.\nDevice's codes\s+MCMDMErrorDomain 12063/);
  });

  it('fetches the answer and shows the link to nobody', async () => {
    const storage = await serve(() => ({ body: '<plist/>' }));
    const answers = { getCommand: outcome({ state: 'acknowledged', answerLink: `${storage}/answer?signature=secret`, answerLinkExpiresAt: at }) };
    const path = join(temporaryFolder(), 'answer.plist');
    const fetched = await wavecast(answers, ['device', 'command-result', COMMAND, '--output', path, '--json']);
    expect(fetched.status).toBe(0);
    expect(readFileSync(path, 'utf8')).toContain('<plist/>');
    const shown = await wavecast(answers, ['device', 'command-result', COMMAND, '--json']);
    expect(JSON.parse(shown.world.out())).toMatchObject({ state: 'acknowledged', answered: true });
    for (const { world } of [fetched, shown]) expect(world.out() + world.err()).not.toContain('signature');
  });

  it('says so where there is no answer to fetch', async () => {
    const { status, world } = await wavecast({ getCommand: outcome() }, ['device', 'command-result', COMMAND, '--output', join(temporaryFolder(), 'x')]);
    expect(status).toBe(1);
    expect(world.err()).toContain('There is no answer to be had.');
  });
});

describe('device queue', () => {
  it('goes through its pages', async () => {
    const item = { commandUUID: COMMAND, requestType: 'ProfileList', state: 'waiting', queuedAt: at, expiresAt: at } as const;
    const { api, world } = await wavecast({ listCommands: ({ query: { after } }) => (after === 'x' ? { items: [{ ...item, requestType: 'Settings' }] } : { items: [item], next: 'x' }) }, ['device', 'queue', DEVICE, '--json']);
    expect((JSON.parse(world.out()) as { readonly requestType: string }[]).map(({ requestType }) => requestType)).toEqual(['ProfileList', 'Settings']);
    expect(api.calls('listCommands')).toHaveLength(2);
  });
});

describe('device clear-queue', () => {
  it('says what went and what stayed', async () => {
    const { world } = await wavecast({ clearCommands: { withdrawn: 2, cancelled: 1, kept: 1 } }, ['device', 'clear-queue', DEVICE]);
    expect(world.out()).toBe('2 commands withdrawn, 1 instruction cancelled.\n1 command kept: the device has it already.\n');
  });
});

describe('app set-settings', () => {
  const settings = { bundleId: BUNDLE, removeWithManagement: true, preventBackup: true, attributes: { Removable: true, VPNUUID: 'A' }, configuration: { server: 'a' }, revision: 4 } as const;
  const answers = { getAppSettings: settings, putAppSettings: settings };

  it('keeps what is not named, and replaces no change that it has not seen', async () => {
    const { api } = await wavecast(answers, ['app', 'set-settings', BUNDLE, '--key', 'Removable=false', '--prevent-backup', 'no']);
    expect(api.calls('putAppSettings')).toMatchObject([{ id: BUNDLE, body: { revision: 4, removeWithManagement: true, preventBackup: false, attributes: { Removable: false, VPNUUID: 'A' }, configuration: { server: 'a' } } }]);
  });

  it('takes a configuration from a file, or takes it away', async () => {
    expect((await wavecast(answers, ['app', 'set-settings', BUNDLE, '--configuration', fileWith('{"server": "b"}')])).api.bodies('putAppSettings')).toMatchObject([{ configuration: { server: 'b' } }]);
    const [body] = (await wavecast(answers, ['app', 'set-settings', BUNDLE, '--no-configuration', '--no-attributes'])).api.bodies('putAppSettings');
    expect(body).toEqual({ revision: 4, removeWithManagement: true, preventBackup: true });
  });

  it.each([[[], 'what to change'], [['--key', 'Removeable=true'], '--key'], [['--configuration', '/nowhere'], '--configuration']])('with %j is refused and names what is wrong: %s', async (flags, named) => {
    const { api, status, world } = await wavecast(answers, ['app', 'set-settings', BUNDLE, ...flags]);
    expect([status, api.calls('putAppSettings')]).toEqual([2, []]);
    expect(world.err()).toContain(named);
  });

  it('is shown by app settings', async () => {
    const { world } = await wavecast(answers, ['app', 'settings', BUNDLE]);
    expect(world.out()).toMatch(/Configuration\s+\{"server":"a"\}/);
  });
});
