import { describe, expect, it } from 'vitest';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { answeredBranch, answeredDetail, answeredPlan, answeredPlanBranch, PLAN } from './support/answers.ts';
import { wavecast } from './support/wavecast.ts';

type Preview = AnswerOf<'previewPlan'>;
type Branch = Preview['branches'][number];

const at = Date.parse('2026-11-27T00:00:00Z');
const pace = { waveSize: 25, intervalMinutes: 5, lastWaveAt: at + 3_600_000, endsAt: at + 7_200_000, peakShare: 0.28 };
const load: Branch['load'] = {
  linkMbps: 100, from: at, stepMinutes: 10, bytes: [0, 3_000_000_000, 1_000_000_000], peakShare: 0.45, peakAt: at + 600_000, peakLocalTime: '2026-11-27 01:10', minutesOver: 12, endsAt: at + 1_800_000, bytesLeft: 0,
};
const branch = (of: Partial<Branch> = {}): Branch => ({
  branchId: 'berlin', timeZone: 'Europe/Berlin', devices: 60, waveSize: 50, intervalMinutes: 5, windows: 1, left: 0, finishesAt: at + 300_000, load, advice: { kind: 'slower', pace },
  waves: [{ seq: 1, at, localTime: '2026-11-27 01:00', size: 50 }, { seq: 2, at: at + 300_000, localTime: '2026-11-27 01:05', size: 10 }], ...of,
});
const preview = (...branches: readonly Branch[]): Preview => ({ devices: 60 * branches.length, waves: 2 * branches.length, budget: 0.3, lastWaveAt: at + 300_000, branches });

describe('plan preview', () => {
  it('draws the load on the link, and says what is over the budget and which pace is not', async () => {
    const { world } = await wavecast({ previewPlan: preview(branch()) }, ['plan', 'preview', PLAN]);
    expect(world.out().split('\n')).toEqual([
      'BRANCH  TIME ZONE      DEVICES  WAVES  PACE        FIRST WAVE        LAST WAVE         PEAK',
      'berlin  Europe/Berlin       60      2  50 / 5 min  2026-11-27 01:00  2026-11-27 01:05  45 %',
      '',
      '60 devices in 2 waves; the last one goes 2026-11-27 00:05 UTC.',
      '',
      'berlin: load on its link of 100 Mbit/s',
      ' 40 % │ █',
      ' 30 % ┼·█·',
      '      │ █',
      '      │ █',
      '      │ ██',
      '  0 % │ ██',
      '      27 Nov 01:00',
      'Peak 45 % at 2026-11-27 01:10, 12 minutes over 30 %; 4.00 GB in all, through by 2026-11-27 01:30 GMT+1.',
      '',
      'Advice:',
      '  berlin: 25 every 5 min keeps it under 30 % (peak 28 %); the last wave goes 2026-11-27 02:00 GMT+1.',
      'Take it with `wavecast plan pace PLAN --advised`.',
      '',
      'An estimate from the devices enrolled now and from how the users of each branch usually answer.',
      'Whom it skips, and why: `wavecast plan targets`, once the plan is made.',
      '',
    ]);
  });

  it('looks back at the start of a plan under way, and only of one that is made', async () => {
    const { api } = await wavecast({ previewPlan: preview(branch()) }, ['plan', 'preview', PLAN, '--as-started']);
    expect(api.calls('previewPlan')).toMatchObject([{ id: PLAN, body: { asStarted: true } }]);
    const { world } = await wavecast({}, ['plan', 'preview', '--as-started', '--version', 'v', '--branch', 'berlin=01:00-02:00']);
    expect(world.err()).toContain('--as-started is of a plan that is made.');
  });

  it('says where nobody would be instructed', async () => {
    const tokyo = branch({ branchId: 'tokyo', devices: 0, waves: [], load: undefined, advice: undefined });
    const { world } = await wavecast({ previewPlan: preview(branch(), tokyo, { ...tokyo, branchId: 'lyon' }) }, ['plan', 'preview', PLAN]);
    expect(world.out()).toContain('No device is enrolled in tokyo, lyon: the plan instructs nobody there, unless devices enrol before its waves.\n');
    expect((await wavecast({ previewPlan: preview(branch()) }, ['plan', 'preview', PLAN])).world.out()).not.toContain('No device');
  });

  it('asks for another budget where one is named', async () => {
    const { api } = await wavecast({ previewPlan: preview(branch()) }, ['plan', 'preview', PLAN, '--budget', '20%']);
    expect(api.bodies('previewPlan')).toEqual([{ budget: 0.2 }]);
  });

  it('says why no pace is advised', async () => {
    const { world } = await wavecast({ previewPlan: preview(branch({ advice: { kind: 'none', because: 'night' } }), branch({ branchId: 'lyon', advice: { kind: 'none', because: 'link' } })) }, ['plan', 'preview', PLAN]);
    expect(world.out()).toMatch(/berlin: no pace .*in the morning, all together/);
    expect(world.out()).toMatch(/lyon: no pace .*too small/);
    expect(world.out()).not.toContain('--advised');
  });

  it('has no load of a plan that downloads nothing', async () => {
    const { load: _, advice: __, ...bare } = branch();
    const { world } = await wavecast({ previewPlan: preview(bare) }, ['plan', 'preview', PLAN]);
    expect(world.out()).not.toMatch(/load|Advice/i);
  });

  it('says when the canary goes, and when the rest follows', async () => {
    const waves = [{ seq: 1, at, localTime: '2026-11-27 01:00', size: 3, canary: true as const }, { seq: 2, at: at + 86_400_000, localTime: '2026-11-28 01:00', size: 50 }];
    const { world } = await wavecast({ previewPlan: preview(branch({ waves }), branch({ branchId: 'lyon', waves: waves.slice(0, 1) })) }, ['plan', 'preview', PLAN]);
    expect(world.out()).toContain('berlin: the canary is 3 devices in 1 wave from 2026-11-27 01:00; the rest goes from 2026-11-28 01:00 on, if nothing speaks against it.');
    expect(world.out()).toContain('lyon: the canary is 3 devices in 1 wave from 2026-11-27 01:00; it is all devices of the branch.');
  });

  it('says of whom no window is left', async () => {
    const { world } = await wavecast({ previewPlan: preview(branch({ left: 12 })) }, ['plan', 'preview', PLAN]);
    expect(world.out()).toContain('berlin: no window is left for 12 devices.');
  });

  it('draws those that are loaded most where there are many', async () => {
    const many = Array.from({ length: 12 }, (_, n) => branch({ branchId: `site-${n}`, load: { ...load, peakShare: n / 20 } }));
    const { world } = await wavecast({ previewPlan: preview(...many) }, ['plan', 'preview', PLAN]);
    expect(world.out().match(/load on its link/g)).toHaveLength(8);
    expect(world.out()).toContain('site-11: load');
    expect(world.out()).toContain('4 more branches');
  });
});

describe('plan pace', () => {
  it('changes what is named of the plan\'s', async () => {
    const { api, world } = await wavecast({ getPlan: answeredDetail(), setPace: answeredPlan({ waveSize: 20 }) }, ['plan', 'pace', PLAN, '--wave-size', '20']);
    expect(api.calls('setPace')).toMatchObject([{ id: PLAN, body: { pace: { waveSize: 20, intervalMinutes: 5 } } }]);
    expect(world.out()).toBe('Autumn asks 20 devices every 5 min in every branch without a pace of its own, from the next wave on.\n');
  });

  it('changes what is named of a branch\'s own', async () => {
    const detail = answeredDetail({ branches: [answeredPlanBranch({ pace: { waveSize: 7, intervalMinutes: 30 } }), answeredPlanBranch({ branchId: 'lyon' })] });
    const { api } = await wavecast({ getPlan: detail, setPace: answeredPlan() }, ['plan', 'pace', PLAN, '--branch', 'berlin', '--branch', 'lyon', '--interval', '10']);
    expect(api.bodies('setPace')).toEqual([{ branches: [{ branchId: 'berlin', pace: { waveSize: 7, intervalMinutes: 10 } }, { branchId: 'lyon', pace: { waveSize: 50, intervalMinutes: 10 } }] }]);
  });

  it('takes all that is advised, under the budget named', async () => {
    const answers = { previewPlan: preview(branch(), branch({ branchId: 'lyon', advice: { kind: 'within', pace: { ...pace, waveSize: 100 } } }), branch({ branchId: 'nice', advice: { kind: 'within' } })), setPace: answeredPlan() };
    const { api, world } = await wavecast(answers, ['plan', 'pace', PLAN, '--advised', '--budget', '0.25']);
    expect(api.bodies('previewPlan')).toEqual([{ budget: 0.25 }]);
    expect(api.bodies('setPace')).toEqual([{ branches: [{ branchId: 'berlin', pace: { waveSize: 25, intervalMinutes: 5 } }, { branchId: 'lyon', pace: { waveSize: 100, intervalMinutes: 5 } }] }]);
    expect(world.out()).toContain('Autumn asks 25 devices every 5 min in berlin');
  });

  it.each([
    [['--open-limit', '5'], { openLimit: 5 }, 'Autumn lets 5 installations be open at once in every branch.\n'],
    [['--open-limit', '1', '--branch', 'berlin'], { openLimit: 1, branches: ['berlin'] }, 'Autumn lets 1 installation be open at once in berlin.\n'],
    [['--open-limit', 'none', '--branch', 'berlin'], { branches: ['berlin'] }, 'Autumn has no open limit in berlin.\n'],
  ])('with %j changes how many installations may be open at once', async (flags, body, said) => {
    const { api, world } = await wavecast({ setOpenLimit: answeredPlan() }, ['plan', 'pace', PLAN, ...flags]);
    expect(api.bodies('setOpenLimit')).toEqual([body]);
    expect(world.out()).toBe(said);
  });

  it('changes nothing where nothing is advised, and says of whom it is no use', async () => {
    const { api, status, world } = await wavecast({ previewPlan: preview(branch({ advice: { kind: 'none', because: 'link' } })) }, ['plan', 'pace', PLAN, '--advised']);
    expect(status).toBe(1);
    expect(world.err()).toContain('berlin goes over the budget at any pace');
    expect(api.bodies('setPace')).toEqual([]);
  });

  it.each([[[], '--wave-size'], [['--advised', '--wave-size', '5'], '--advised'], [['--budget', '20%', '--wave-size', '5'], '--budget'], [['--wave-size', '501'], '--wave-size'], [['--interval', '61'], '--interval'], [['--open-limit', '201'], '--open-limit'], [['--open-limit', '5', '--interval', '9'], '--open-limit']])('with %j asks for another', async (flags, named) => {
    const { api, status, world } = await wavecast({ getPlan: answeredDetail() }, ['plan', 'pace', PLAN, ...flags]);
    expect(status).toBe(2);
    expect(world.err()).toContain(named);
    expect(api.bodies('setPace')).toEqual([]);
  });
});

describe('plan extend', () => {
  it('sends the windows of the branches that are named', async () => {
    const { api, world } = await wavecast({ setWindows: answeredPlan() }, ['plan', 'extend', PLAN, '--branch', 'berlin=01:00-04:00/mon-fri/..2027-02-12']);
    expect(api.calls('setWindows')).toMatchObject([{ id: PLAN, body: { branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '04:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'], lastDay: '2027-02-12' }] }] } }]);
    expect(world.out()).toBe('Autumn has other windows in berlin.\n');
  });

  it.each([[[]], [['--branch', 'berlin']], [['--branch', 'berlin=25:00-26:00']]])('with %j asks for --branch', async (flags) => {
    const { status, world } = await wavecast({}, ['plan', 'extend', PLAN, ...flags]);
    expect(status).toBe(2);
    expect(world.err()).toContain('--branch');
  });
});

describe('branch set', () => {
  const acceptance = { supervised: 0.8, soon: 0.7, startOfDay: 0.15, late: 0.15, soonMinutes: 10, morning: { from: '05:00', to: '06:30' }, evening: { from: '22:00', to: '24:00' } };

  it('says how users answer, and keeps of it what is not named', async () => {
    const { api } = await wavecast({ listBranches: { items: [answeredBranch()] }, putBranch: answeredBranch() }, ['branch', 'set', 'berlin', '--supervised', '80%', '--morning', '05:00-06:30']);
    expect(api.bodies('putBranch')).toMatchObject([{ acceptance }]);
    const again = await wavecast({ listBranches: { items: [answeredBranch({ acceptance })] }, putBranch: answeredBranch({ acceptance }) }, ['branch', 'set', 'berlin', '--soon', '50%']);
    expect(again.api.bodies('putBranch')).toMatchObject([{ acceptance: { ...acceptance, soon: 0.5 } }]);
    expect(again.world.out()).toMatch(/Unasked +80 % are supervised.*\nAnswers +70 % soon \(10 min\)/);
  });

  it('forgets it for usual users', async () => {
    const { api, world } = await wavecast({ listBranches: { items: [answeredBranch({ acceptance })] }, putBranch: answeredBranch() }, ['branch', 'set', 'berlin', '--usual-users']);
    expect(api.bodies('putBranch')[0]).not.toHaveProperty('acceptance');
    expect(world.out()).toContain('as usual');
  });

  it.each([['--usual-users', '--soon', '1'], ['--soon-minutes', '90']])('refuses %j %j %j', async (...flags) => {
    const { status, world } = await wavecast({ listBranches: { items: [answeredBranch()] } }, ['branch', 'set', 'berlin', ...flags]);
    expect(status).toBe(2);
    expect(world.err()).toContain(flags[0]);
  });
});
