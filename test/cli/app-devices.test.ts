import { describe, expect, it } from 'vitest';
import { answeredVersion, DEVICE, VERSION } from './support/answers.ts';
import { wavecast } from './support/wavecast.ts';

const at = Date.parse('2026-11-20T00:05:00Z');
const item = { deviceId: DEVICE, deviceName: 'till-07', branchId: 'berlin', state: 'failed' as const, reason: 'device-error', words: 'The device answered with an error.', deviceCodes: ['MCMDMErrorDomain 12040'], since: at, attempt: 2 };

describe('app devices', () => {
  it('shows where each is, since when and why, and counts the instructions of all plans', async () => {
    const { world, status, api } = await wavecast({ getVersion: answeredVersion(), listVersionDevices: { items: [item], instructions: { failed: 1, installed: 7 } } }, ['app', 'devices', VERSION, '--branch', 'berlin', '--state', 'failed', '--reason', 'device-error']);
    expect(status).toBe(0);
    expect(api.calls('listVersionDevices').map(({ query }) => query)).toMatchObject([{ branchId: 'berlin', state: 'failed', reason: 'device-error' }]);
    expect(world.out().split('\n')).toEqual([
      'DEVICE   BRANCH  STATE   SINCE                 ATTEMPT  WHY',
      'till-07  berlin  failed  2026-11-20 00:05 UTC        2  The device answered with an error. MCMDMErrorDomain 12040',
      '',
    ]);
    expect(world.err()).toContain('1 failed, 7 installed');
  });

  it('goes on over short pages to the last', async () => {
    let asked = 0;
    const { world } = await wavecast({ getVersion: answeredVersion(), listVersionDevices: () => (asked += 1) === 1 ? { items: [], next: 'berlin/x', instructions: {} } : { items: [item] } }, ['app', 'devices', VERSION, '--json']);
    expect(JSON.parse(world.out())).toMatchObject([{ deviceName: 'till-07' }]);
  });

  it('names the states that there are where one is asked for that is none', async () => {
    const { world, status } = await wavecast({}, ['app', 'devices', VERSION, '--state', 'broken']);
    expect(status).toBe(2);
    expect(world.err()).toContain('timedOut');
  });
});
