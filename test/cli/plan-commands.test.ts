import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../cli/program.ts';
import { problem, startApi, type Routes, type TestApi } from './support/api.ts';
import { answeredPlan, answeredVersion, PLAN, VERSION } from './support/answers.ts';
import { temporaryFolder, testWorld, type TestWorld, type WorldOptions } from './support/world.ts';

interface Ran {
  readonly api: TestApi;
  readonly world: TestWorld;
  readonly status: number;
}

async function wavecast(routes: Routes, args: readonly string[], options: WorldOptions = {}): Promise<Ran> {
  const api = await startApi(routes);
  const world = testWorld({ env: { WAVECAST_URL: api.url, WAVECAST_TOKEN: 'token' }, ...options });
  return { api, world, status: await run(args, world, '1.0.0') };
}

const withVersion: Routes = {
  'GET /apps/com.example.fieldwork': { body: { bundleId: 'com.example.fieldwork', title: 'Fieldwork', description: '', createdAt: 1, versions: [answeredVersion(), answeredVersion({ id: 'b'.repeat(32), shortVersion: '2.2.0', version: '1' }), answeredVersion({ id: 'c'.repeat(32), shortVersion: '2.2.0', version: '2' })] } },
  [`GET /versions/${VERSION}`]: { body: answeredVersion() },
  'POST /plans': { status: 201, body: answeredPlan() },
};

describe('plan create', () => {
  it('sends what the flags say', async () => {
    const { api, status, world } = await wavecast(withVersion, [
      'plan', 'create', '--version', 'com.example.fieldwork@2.1.0', '--branch', 'berlin=01:00-02:00,13:00-14:00', '--branch', 'tokyo=22:00-24:00', '--wave-size', '20', '--interval', '10',
      '--inventory-window', '21:00-22:00', '--deadline', '48', '--abort-share', '10%', '--abort-minimum', '5', '--name', 'Autumn',
    ]);
    expect(status).toBe(0);
    const inventoryWindow = { from: '21:00', to: '22:00' };
    expect(api.bodies('POST /plans')).toEqual([{
      versionId: VERSION, name: 'Autumn', waveSize: 20, intervalMinutes: 10, deadlineHours: 48, abortRule: { share: 0.1, minimum: 5 },
      branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }, { from: '13:00', to: '14:00' }], inventoryWindow }, { branchId: 'tokyo', windows: [{ from: '22:00', to: '24:00' }], inventoryWindow }],
    }]);
    expect(world.out()).toBe(`Plan ${PLAN} is made.\n`);
    expect(world.err()).toContain(`wavecast plan start ${PLAN}`);
  });

  it('leaves to the server what the flags do not say, but names the plan', async () => {
    const { api } = await wavecast(withVersion, ['plan', 'create', '--version', VERSION, '--branch', 'berlin=01:00-02:00']);
    expect(api.bodies('POST /plans')).toEqual([{ versionId: VERSION, name: 'Fieldwork 2.1.0', branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }] }] }]);
  });

  it('reads a plan from a file, and lets flags overrule it', async () => {
    const path = join(temporaryFolder(), 'plan.json');
    writeFileSync(path, `\ufeff${JSON.stringify({ name: 'Autumn', versionId: VERSION, branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00', days: ['mon'] }] }], waveSize: 10 })}`);
    const { api, status } = await wavecast(withVersion, ['plan', 'create', '--file', path, '--wave-size', '30']);
    expect(status).toBe(0);
    expect(api.bodies('POST /plans')).toEqual([{ name: 'Autumn', versionId: VERSION, branches: [{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00', days: ['mon'] }] }], waveSize: 30 }]);
  });

  it.each<[string, readonly string[], string]>([
    ['no version', ['--branch', 'berlin=01:00-02:00'], '--version'],
    ['no branch', ['--version', VERSION], '--branch'],
    ['a window that is none', ['--version', VERSION, '--branch', 'berlin=1'], '--branch'],
    ['a wave size in words', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--wave-size', 'many'], '--wave-size'],
    ['a share of two', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--abort-share', '2'], '--abort-share'],
    ['a minimum without a share', ['--version', VERSION, '--branch', 'berlin=01:00-02:00', '--abort-minimum', '2'], '--abort-share'],
    ['a file that is not there', ['--file', '/nonexistent/plan.json'], '--file'],
    ['a version that is no name', ['--version', '2.1.0', '--branch', 'berlin=01:00-02:00'], 'PACKAGE-NAME@VERSION'],
    ['a flag that does not exist', ['--wavesize', '3'], '--wave-size'],
    ['an argument too many', ['berlin'], 'plan create --help'],
  ])('takes %s for wrong usage and names the flag', async (_, flags, named) => {
    const { api, status, world } = await wavecast(withVersion, ['plan', 'create', ...flags]);
    expect(status).toBe(2);
    expect(world.err()).toContain(named);
    expect(world.out()).toBe('');
    expect(api.bodies('POST /plans')).toEqual([]);
  });

  it('asks which build is meant where a version has several', async () => {
    const { status, world } = await wavecast(withVersion, ['plan', 'create', '--version', 'com.example.fieldwork@2.2.0', '--branch', 'berlin=01:00-02:00']);
    expect(status).toBe(1);
    expect(world.err()).toContain('2.2.0+2');
  });

  it('says what the server refuses, with the evidence and what to do', async () => {
    const refusal = problem(422, 'placement-missing', 'The file is not verified.', { remedy: 'Register the version first.', evidence: ['it is missing'] });
    const { status, world } = await wavecast({ ...withVersion, 'POST /plans': refusal }, ['plan', 'create', '--version', VERSION, '--branch', 'berlin=01:00-02:00', '--json']);
    expect(status).toBe(1);
    expect(world.err()).toBe('error: The file is not verified.\n  - it is missing\nWhat to do: Register the version first.\n');
    expect(JSON.parse(world.out())).toEqual({ error: { code: 'placement-missing', message: 'The file is not verified.', remedy: 'Register the version first.', evidence: ['it is missing'], status: 422, exitCode: 1 } });
  });
});

describe('a plan\'s control', () => {
  it.each(['start', 'pause', 'resume', 'cancel'])('%s asks the server for it', async (action) => {
    const { api, status } = await wavecast({ [`POST /plans/${PLAN}/${action}`]: { body: answeredPlan() } }, ['plan', action, PLAN]);
    expect(status).toBe(0);
    expect(api.bodies(`POST /plans/${PLAN}/${action}`)).toHaveLength(1);
  });

  it('reissue makes a new plan for the failed, and starts it when told to', async () => {
    const next = '7c1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b';
    const routes: Routes = { [`POST /plans/${PLAN}/reissue`]: { status: 201, body: answeredPlan({ id: next, name: 'Autumn (attempt 2)' }) }, [`POST /plans/${next}/start`]: { body: answeredPlan({ id: next }) } };
    const { api, status, world } = await wavecast(routes, ['plan', 'reissue', PLAN, '--window', '13:00-14:00', '--force', '--start']);
    expect(status).toBe(0);
    expect(api.bodies(`POST /plans/${PLAN}/reissue`)).toEqual([{ windows: [{ from: '13:00', to: '14:00' }], force: true }]);
    expect(world.out()).toBe(`Plan ${next} (Autumn (attempt 2)) is made and started.\n`);
  });

  it('a request that may have been carried out is not repeated', async () => {
    const { api, status } = await wavecast({ [`POST /plans/${PLAN}/start`]: { status: 503, body: { message: 'Service Unavailable' } } }, ['plan', 'start', PLAN]);
    expect(status).toBe(4);
    expect(api.bodies(`POST /plans/${PLAN}/start`)).toHaveLength(1);
  });
});
