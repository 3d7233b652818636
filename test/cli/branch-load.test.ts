import { describe, expect, it } from 'vitest';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { answeredBranch } from './support/answers.ts';
import { wavecast } from './support/wavecast.ts';

const nine = Date.parse('2026-11-23T08:00:00Z');
const minute = 60_000;
const step = (minutes: number, mbps: number, starts = 0) => ({ at: nine + minutes * minute, bytes: mbps * 37_500_000, starts, mbps, share: mbps / 100 });
const load: AnswerOf<'getBranchLoad'> = { branchId: 'berlin', name: 'Berlin Mitte', timeZone: 'Europe/Berlin', linkMbps: 100, from: nine, to: nine + 15 * minute, bytes: 4_500_000_000, starts: 13, steps: [step(0, 2.5, 12), step(5, 50, 1), step(10, 95)] };
const branches = { items: [answeredBranch()] };

describe('branch load', () => {
  it('draws what packages weighed on the link, in the branch\'s own time', async () => {
    const { world, status } = await wavecast({ listBranches: branches, getBranchLoad: load }, ['branch', 'load', 'berlin']);
    expect(status).toBe(0);
    expect(world.out().split('\n').map((line) => line.trimEnd())).toEqual([
      'Berlin Mitte, 100 Mbit/s: 13 downloads begun and 4.50 GB sent from 2026-11-23 09:00 GMT+1 to 2026-11-23 09:15 GMT+1.',
      '',
      'FROM                    Mbit/s  OF THE LINK                                 BEGUN',
      '2026-11-23 09:00 GMT+1    2.50          3 %  ▒                                 12',
      '2026-11-23 09:05 GMT+1    50.0         50 %  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒                    1',
      '2026-11-23 09:10 GMT+1    95.0         95 %  █████████████████████████████      0',
      '',
    ]);
  });

  it('asks for the time that is named, read in the branch\'s time zone, and leaves the rest to the server', async () => {
    const { api } = await wavecast({ listBranches: branches, getBranchLoad: load }, ['branch', 'load', 'berlin', '--from', '2026-11-23T09:00', '--to', '2026-11-23T10:00:00Z', '--every', '1']);
    expect(api.calls('getBranchLoad')).toMatchObject([{ id: 'berlin', query: { from: String(nine), to: String(nine + 120 * minute), everyMinutes: '1' } }]);
    const plain = await wavecast({ listBranches: branches, getBranchLoad: load }, ['branch', 'load', 'berlin']);
    expect(plain.api.calls('getBranchLoad').map(({ query }) => query)).toEqual([{ everyMinutes: '5' }]);
  });

  it('says why there may be nothing yet', async () => {
    const { world, status } = await wavecast({ listBranches: branches, getBranchLoad: { ...load, bytes: 0, starts: 0, steps: [] } }, ['branch', 'load', 'berlin']);
    expect(status).toBe(0);
    expect(world.out()).toContain('0 downloads begun');
    expect(world.err()).toContain('some minutes');
  });

  it('gives a program the server\'s own answer', async () => {
    const { world } = await wavecast({ listBranches: branches, getBranchLoad: load }, ['branch', 'load', 'berlin', '--json']);
    expect(JSON.parse(world.out())).toEqual(load);
  });

  it.each([[['--from', 'yesterday'], '--from'], [['--to', '2026-13-01'], '--to'], [['--every', '0'], '--every']])('takes %j for wrong usage', async (flags, named) => {
    const { api, status, world } = await wavecast({ listBranches: branches }, ['branch', 'load', 'berlin', ...flags]);
    expect(status).toBe(2);
    expect(world.err()).toContain(named);
    expect(api.calls('getBranchLoad')).toEqual([]);
  });

  it('of a branch that does not exist names the way to those that do', async () => {
    const { status, world } = await wavecast({ listBranches: branches }, ['branch', 'load', 'nowhere']);
    expect(status).toBe(1);
    expect(world.err()).toContain('wavecast branch list');
  });
});
