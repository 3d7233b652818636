import { describe, expect, it } from 'vitest';
import { BUNDLE, VERSION } from './support/answers.ts';
import { wavecast } from './support/wavecast.ts';

const placedAt = Date.parse('2026-11-23T08:00:00Z');
const used = { fileName: 'Fieldwork.ipa', size: 30_000_000, placedAt, version: { id: VERSION, bundleId: BUNDLE, shortVersion: '2.1.0', version: '42', placement: 'verified' as const } };
const left = { fileName: 'Refused build.ipa', size: 700, placedAt };

describe('files list', () => {
  it('shows what was placed, and whose it is', async () => {
    const { world } = await wavecast({ listFiles: { items: [used, left] } }, ['files', 'list']);
    expect(world.out().split('\n')).toEqual([
      'FILE                  SIZE  PLACED                VERSION     PACKAGE NAME           PLACEMENT',
      'Fieldwork.ipa      30.0 MB  2026-11-23 08:00 UTC  2.1.0 (42)  com.example.fieldwork  verified',
      'Refused build.ipa    700 B  2026-11-23 08:00 UTC  -           -                      -',
      '',
    ]);
  });

  it('shows with --unused what no version goes by', async () => {
    const { world } = await wavecast({ listFiles: { items: [used, left] } }, ['files', 'list', '--unused', '--json']);
    expect(JSON.parse(world.out())).toEqual([left]);
    expect((await wavecast({ listFiles: { items: [used] } }, ['files', 'list', '--unused'])).world.err()).toBe('Every file is a version\'s.\n');
    expect((await wavecast({ listFiles: { items: [] } }, ['files', 'list', '--unused'])).world.err()).toContain('wavecast files put');
  });
});

describe('files remove', () => {
  it('removes a file, of a version only where that is said', async () => {
    const { api, world } = await wavecast({ removeFile: { fileName: left.fileName, size: 700 } }, ['files', 'remove', left.fileName]);
    expect(world.out()).toBe('Refused build.ipa is removed (700 B).\n');
    expect(api.bodies('removeFile')).toEqual([{ fileName: left.fileName, force: false }]);
    expect((await wavecast({ removeFile: { fileName: 'a', size: 1 } }, ['files', 'remove', 'a', '--force'])).api.bodies('removeFile')).toEqual([{ fileName: 'a', force: true }]);
  });

  it('takes a folder for wrong usage', async () => {
    const { api, status, world } = await wavecast({}, ['files', 'remove', 'folder/']);
    expect({ status, asked: api.asked }).toEqual({ status: 2, asked: [] });
    expect(world.err()).toContain('<name>: a name as the list of files has it');
  });
});
