import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WavecastError } from '../../core/errors.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { decodeDevices } from '../../protocol/csv/devices.ts';
import { decodeInvitations } from '../../protocol/csv/invitations.ts';
import { many } from '../support/samples/unique.ts';
import type { Call } from './support/api.ts';
import { serve } from './support/server.ts';
import { wavecast } from './support/wavecast.ts';
import { temporaryFolder } from './support/world.ts';

const BODY = (call: Call) => call.body as { readonly csv: string; readonly firstLine?: number; readonly check?: boolean };
const nothing: AnswerOf<'importDevices'> = { created: 0, changed: 0, left: 0, rows: [], failed: [] };

function fileOf(text: string): string {
  const file = join(temporaryFolder(), 'rows.csv');
  writeFileSync(file, text);
  return file;
}
const rowsOf = (call: Call) => decodeDevices(BODY(call).csv, BODY(call).firstLine).rows;
const left = (call: Call): AnswerOf<'importDevices'> => ({ ...nothing, left: rowsOf(call).length });
const large = `Name,Branch\r\n${many(600, (n) => `d${n},berlin\r\n`).join('')}`;

describe('device import', () => {
  it('says what was made, changed and left', async () => {
    const { world, status, api } = await wavecast({ importDevices: { ...nothing, created: 1, changed: 2, left: 3 } }, ['device', 'import', fileOf('Name,Branch\na,berlin\n')]);
    expect(status).toBe(0);
    expect(world.out()).toBe('1 device created, 2 changed, 3 left as they are.\n');
    expect(api.bodies('importDevices')).toEqual([{ csv: 'Name,Branch\na,berlin\n', firstLine: 2, check: false }]);
  });

  it('sends a long file in portions: all are checked before the first is written, each row once, by the lines of the file', async () => {
    const { status, api, world } = await wavecast({ importDevices: left }, ['device', 'import', fileOf(large), '--json']);
    expect(status).toBe(0);
    const calls = api.calls('importDevices');
    expect(calls.map((call) => BODY(call).check)).toEqual([true, true, true, false, false, false]);
    const lines = calls.filter((call) => BODY(call).check === false).flatMap(rowsOf).map(({ line, name }) => `${line} ${name}`);
    expect(lines).toEqual(many(600, (n) => `${n + 2} d${n}`));
    expect(JSON.parse(world.out())).toMatchObject({ left: 600 });
    expect(world.err()).toContain('Importing: 250 of 600 rows');
  });

  it('with mistakes here sends nothing, and tells each by line and column', async () => {
    const { status, api, world } = await wavecast({}, ['device', 'import', fileOf('Name,Branch\na b,berlin\nc,Berlin\n')]);
    expect(status).toBe(1);
    expect(api.asked).toEqual([]);
    expect(world.err()).toContain('Line 2, column "Name"');
    expect(world.err()).toContain('Line 3, column "Branch"');
  });

  it('with mistakes that the server finds in several portions tells all of them, and writes nothing', async () => {
    const refuse = (call: Call) => new WavecastError('invalid-input', 'The file has a mistake.', { evidence: [`Line ${rowsOf(call)[0]?.line ?? 0}, column "Branch": there is no branch`], remedy: 'x' });
    const { status, api, world } = await wavecast({ importDevices: (call) => (rowsOf(call)[0]?.line === 252 ? left(call) : refuse(call)) }, ['device', 'import', fileOf(large)]);
    expect(status).toBe(1);
    expect(api.calls('importDevices').every((call) => BODY(call).check === true)).toBe(true);
    expect(world.err()).toContain('The file has 2 mistakes; nothing was imported.');
    expect(world.err()).toContain('Line 2,');
    expect(world.err()).toContain('Line 502,');
  });

  it('that breaks off says where, and that it can be run again', async () => {
    const { status, world } = await wavecast({ importDevices: (call) => (BODY(call).check !== true && rowsOf(call)[0]?.line === 502 ? new WavecastError('internal', 'No luck.') : left(call)) }, ['device', 'import', fileOf(large)]);
    expect(status).toBe(1);
    expect(world.err()).toContain('The rows before line 502 are imported.');
    expect(world.err()).toContain('Run the command again: what is done is left as it is.');
  });

  it('fails where rows could not be done, and names them', async () => {
    const { status, world } = await wavecast({ importDevices: { ...nothing, failed: [{ line: 2, words: 'The device has changed meanwhile.' }] } }, ['device', 'import', fileOf('Name\na\n')]);
    expect(status).toBe(1);
    expect(world.err()).toContain('Line 2: The device has changed meanwhile.');
  });

  it('--check lists what would be done, from standard input too', async () => {
    const rows = [{ line: 2, outcome: 'created' as const, name: 'a', changes: [] }, { line: 3, outcome: 'changed' as const, name: 'b', changes: ['Moved.', 'Tagged x.'] }];
    const { world, api } = await wavecast({ importDevices: { ...nothing, created: 1, changed: 1, rows } }, ['device', 'import', '-', '--check'], { readStdin: () => Promise.resolve('Name,Branch\na,berlin\nb,berlin\n') });
    expect(world.out()).toBe('line 2: a is new\nline 3: b - Moved. Tagged x.\n1 device would be created, 1 would be changed, 0 left as they are.\n');
    expect(api.calls('importDevices').map((call) => BODY(call).check)).toEqual([true]);
  });

  it('of a file that is not there says so', async () => {
    const { status, world } = await wavecast({}, ['device', 'import', '/nothing/here.csv']);
    expect(status).toBe(2);
    expect(world.err()).toContain('/nothing/here.csv cannot be read (ENOENT)');
  });
});

describe('device export', () => {
  it('writes the file that the server made', async () => {
    const csv = 'Name,Serial number,Branch,Display name,Tags,Test\na,,berlin,,,no\n';
    const link = await serve(() => ({ body: csv }));
    const answers = { exportDevices: { link, fileName: 'devices.csv', rows: 1, expiresAt: 1 } };
    const printed = await wavecast(answers, ['device', 'export', '--branch', 'berlin']);
    expect(printed.world.out()).toBe(csv);
    expect(printed.api.bodies('exportDevices')).toEqual([{ branchId: 'berlin' }]);
    const file = join(temporaryFolder(), 'devices.csv');
    const written = await wavecast(answers, ['device', 'export', '-o', file]);
    expect(readFileSync(file, 'utf8')).toBe(csv);
    expect(written.world.err()).toContain('1 row');
  });
});

describe('device invite-all', () => {
  const answer = (call: Call): AnswerOf<'importInvitations'> => {
    const { csv, firstLine, check = false } = BODY(call);
    const rows = decodeInvitations(csv, firstLine);
    const items = rows.map(({ line, branchId, name, uses = 1 }) => ({ id: `i${line}`, line, branchId, testDevice: false, uses, used: 0, createdAt: 0, expiresAt: 86_400_000, link: `https://api.example/enrol/secret-${line}`, ...(name === undefined ? {} : { deviceName: name }) }));
    return { devices: { created: 0, changed: 0, left: 0 }, items: check ? [] : items, rows: rows.length, failed: [] };
  };
  const csv = 'Name,Branch\na,berlin\n,berlin\n';

  it('writes the links into a new file that only its owner can read, and none elsewhere', async () => {
    const file = join(temporaryFolder(), 'links.csv');
    const { status, world } = await wavecast({ importInvitations: answer }, ['device', 'invite-all', fileOf(csv), '--output', file]);
    expect(status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('Name,Branch,Uses,Good until,Link\na,berlin,1,1970-01-02T00:00:00.000Z,https://api.example/enrol/secret-2\n,berlin,1,1970-01-02T00:00:00.000Z,https://api.example/enrol/secret-3\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(world.out() + world.err()).not.toContain('secret-');
  });

  it('does not write over a file that is there: it may hold links that are said only once', async () => {
    const file = fileOf('links');
    const { status, api, world } = await wavecast({ importInvitations: answer }, ['device', 'invite-all', fileOf(csv), '--output', file]);
    expect(status).toBe(1);
    expect(world.err()).toContain('exists');
    expect(readFileSync(file, 'utf8')).toBe('links');
    expect(api.calls('importInvitations').every((call) => BODY(call).check === true)).toBe(true);
  });

  it('checks the whole file first, and keeps the links of what was made where it breaks off', async () => {
    const file = join(temporaryFolder(), 'links.csv');
    const rows = `Branch\n${'berlin\n'.repeat(300)}`;
    const { status, world, api } = await wavecast({ importInvitations: (call) => (BODY(call).check !== true && BODY(call).firstLine === 252 ? new WavecastError('internal', 'No luck.') : answer(call)) }, ['device', 'invite-all', fileOf(rows), '-o', file]);
    expect(status).toBe(1);
    expect(api.calls('importInvitations').map((call) => BODY(call).check ?? false)).toEqual([true, true, false, false]);
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(252);
    expect(world.err()).toContain('Run the command again with the rows from line 252 on.');
  });

  it('--check makes nothing', async () => {
    const { world, api } = await wavecast({ importInvitations: answer }, ['device', 'invite-all', fileOf(csv), '--check']);
    expect(world.out()).toContain('2 invitations would be made');
    expect(api.calls('importInvitations').every((call) => BODY(call).check === true)).toBe(true);
  });
});
