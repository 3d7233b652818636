import { beforeEach, describe, expect, it } from 'vitest';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { Device } from '../../../core/device/device.ts';
import { settleWave } from '../../../core/result/settle-totals.ts';
import { LOOKED_AT } from '../../../core/result/version-devices.ts';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { memoryAdmin, type MemoryAdmin } from '../../support/memory/admin.ts';
import { seedFacts, seedWave } from '../../support/memory/seed-instruction.ts';
import { seedBranch, seedDevice, seedPlan, seedVersion } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

type Page = AnswerOf<'listVersionDevices'>;

let world: MemoryWorld;
let admin: MemoryAdmin;
let version: AppVersion;
let berlin: readonly Device[];

beforeEach(async () => {
  world = memoryWorld();
  admin = memoryAdmin(world);
  for (const branch of ['berlin', 'tokyo']) seedBranch(world, branch);
  version = seedVersion(world);
  berlin = ['a', 'b', 'c', 'd'].map((name) => seedDevice(world, 'berlin', name));
  seedDevice(world, 'tokyo', 'z');
  const { plan } = seedPlan(world, version, ['berlin', 'tokyo']);
  const wave = seedWave(world, plan, 'berlin', version, berlin.slice(0, 3), ['failed', 'acknowledged', 'failed']);
  await settleWave(world, wave.id);
  const [, , third] = berlin;
  if (third !== undefined) seedFacts(world, third, version, world.clock.now() + 1);
});

const page = async (query: Record<string, string> = {}): Promise<Page> => await admin.call('listVersionDevices', { id: version.id, query }, 'viewer') as Page;
const short = ({ items }: Page) => Object.fromEntries(items.map(({ deviceName, state }) => [deviceName, state]));

describe('the devices of a version', () => {
  it('are all there, each where it is by now', async () => {
    const all = await page();
    expect(short(all)).toEqual({ a: 'failed', b: 'acknowledged', c: 'installed', d: 'scheduled', z: 'scheduled' });
    expect(all.next).toBeUndefined();
  });

  it('come with the instructions by state of all its plans, on the first page alone', async () => {
    const first = await page({ limit: '2' });
    expect(first.instructions).toEqual({ failed: 2, acknowledged: 1 });
    expect((await page({ limit: '2', after: first.next ?? '' })).instructions).toBeUndefined();
    expect((await page({ branchId: 'tokyo' })).instructions).toEqual({});
  });

  it.each<[Record<string, string>, readonly string[]]>([
    [{ branchId: 'tokyo' }, ['z']],
    [{ state: 'failed' }, ['a']],
    [{ state: 'scheduled' }, ['d', 'z']],
    [{ state: 'scheduled', branchId: 'berlin' }, ['d']],
    [{ reason: 'user-rejected' }, []],
  ])('are those that %j fits', async (query, names) => {
    expect(Object.keys(short(await page(query))).sort()).toEqual(names);
  });

  it('are the same, whatever the page', async () => {
    const { items } = await page();
    for (const limit of ['1', '2', '3', '4']) {
      const paged: Page['items'][number][] = [];
      for (let after: string | undefined, more = true; more; ) {
        const some = await page({ limit, ...(after === undefined ? {} : { after }) });
        paged.push(...some.items);
        [after, more] = [some.next, some.next !== undefined];
      }
      expect(paged).toEqual(items);
    }
  });

  it('end a page early where hardly any fits, and go on from there', async () => {
    for (let n = 0; n < LOOKED_AT; n += 1) seedDevice(world, 'berlin', `other-${n}`);
    const first = await page({ state: 'installed', limit: '2' });
    expect(first.next).toMatch(/^berlin\//);
    const second = await page({ state: 'installed', limit: '2', after: first.next ?? '' });
    expect({ ...short(first), ...short(second) }).toEqual({ c: 'installed' });
  });

  it('are not those of a branch or a page that there is none of', async () => {
    await expect(page({ branchId: 'atlantis' })).rejects.toMatchObject({ code: 'not-found', remedy: expect.any(String) as string });
    await expect(page({ after: 'nonsense' })).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
