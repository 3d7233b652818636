import { describe, expect, it } from 'vitest';
import { WavecastError } from '../../core/errors.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { answeredApp, answeredSummary, BUNDLE, DEVICE, VERSION } from './support/answers.ts';
import { wavecast } from './support/wavecast.ts';

const answer: AnswerOf<'instructDevices'> = { waveId: 'single.1', instructed: ['till-07'], leftOut: [{ name: 'till-08', code: 'already-installed', words: 'The device already has this version.' }] };
const WANTED = `${BUNDLE}@2.1.0`;
const known = { getApp: answeredApp(), listDevices: { items: [answeredSummary()] } };

describe('device instruct', () => {
  it('finds version and devices by their names, and says who was not instructed and why', async () => {
    const { api, status, world } = await wavecast({ ...known, instructDevices: answer }, ['device', 'instruct', 'till-07', DEVICE, '--version', WANTED, '--deadline', '4', '--force', '--unproven']);
    expect(status).toBe(0);
    expect(api.calls('instructDevices')).toMatchObject([{ id: VERSION, body: { deviceIds: [DEVICE, DEVICE], deadlineHours: 4, force: true, unproven: true } }]);
    expect(world.out()).toBe('Instructed: till-07.\nNot instructed: till-08. The device already has this version.\n');
    expect(world.err()).toContain('wavecast device timeline till-07');
  });

  it('prints the answer as JSON where it is told to', async () => {
    const { world } = await wavecast({ ...known, instructDevices: answer }, ['device', 'instruct', DEVICE, '--version', WANTED, '--json']);
    expect(JSON.parse(world.out())).toEqual(answer);
  });

  it('says why nobody could be instructed', async () => {
    const refusal = new WavecastError('conflict', 'The device cannot be instructed now.', { evidence: ['till-07: The device is not enrolled.'], remedy: 'See what it is at.' });
    const { status, world } = await wavecast({ ...known, instructDevices: refusal }, ['device', 'instruct', DEVICE, '--version', WANTED]);
    expect(status).toBe(1);
    expect(world.err()).toContain('till-07: The device is not enrolled.');
  });

  it.each<[string, readonly string[], string]>([
    ['no version', [DEVICE], '--version'],
    ['no device', ['--version', WANTED], 'device'],
    ['a deadline that no instruction has', [DEVICE, '--version', WANTED, '--deadline', '200'], '--deadline'],
    ['more than fifty devices', [...Array.from({ length: 51 }, () => DEVICE), '--version', WANTED], 'DEVICE'],
  ])('takes %s for wrong usage', async (_, flags, named) => {
    const { api, status, world } = await wavecast(known, ['device', 'instruct', ...flags]);
    expect(status).toBe(2);
    expect(world.err()).toContain(named);
    expect(api.calls('instructDevices')).toEqual([]);
  });
});
