import { beforeEach, describe, expect, it } from 'vitest';
import { nounWords } from '../../../console/pages/audit/audit-words.ts';
import { operationNames, operations, type AnswerOf, type OperationName } from '../../../protocol/admin/operations.ts';
import { memoryAdmin } from '../../support/memory/admin.ts';
import { memoryWorld } from '../../support/memory/world.ts';
import { present } from '../../support/present.ts';
import { changes, pushCertificate, type Change, type Scene } from './changes.ts';

/** They are no GET, and change nothing: a plan is looked at, a file is written for the asker. */
const changeNothing: readonly OperationName[] = ['exportDevices', 'previewNewPlan', 'previewPlan', 'foreseeTargets', 'exportPermissions', 'exportAudit'];
const rows = operationNames.flatMap((name): readonly (readonly [OperationName, Change])[] => {
  const change = changes[name];
  return change === undefined ? [] : [[name, change]];
});

let scene: Scene;
beforeEach(() => {
  const world = memoryWorld();
  scene = { world, admin: memoryAdmin(world) };
});
const log = () => scene.world.tables.audit;
/** Makes the request; what it needed beforehand is no write of its own. */
async function make(name: OperationName, change: Change, which: 'good' | 'refused' = 'good'): Promise<unknown> {
  const parts = await change[which](scene);
  scene.admin.writes.length = 0;
  return scene.admin.call(name, parts);
}

describe('the audit log', () => {
  it('knows every operation that changes something', () => {
    const changing = operationNames.filter((name) => operations[name].method !== 'GET' && !changeNothing.includes(name));
    expect(rows.map(([name]) => name)).toEqual(changing);
  });

  it.each(rows)('has one record of %s: who, in which role, when, what, before and after', async (name, change) => {
    await make(name, change);
    expect(log()).toMatchObject([{ at: scene.world.clock.now(), who: 'grace', role: 'admin', action: change.action, after: change.after, ...(change.before === undefined ? {} : { before: change.before }) }]);
    expect(log()[0]?.subject).toMatch(/./);
  });

  it.each(rows)('has it before %s changes anything', async (name, change) => {
    await make(name, change);
    expect(scene.admin.writes[0]).toBe('audit.record');
    expect(scene.admin.writes.filter((write) => write === 'audit.record')).toHaveLength(1);
    expect(scene.admin.writes.length).toBeGreaterThan(1);
  });

  it.each(rows)('stops %s where it cannot be written: what cannot be audited is not done', async (name, change) => {
    const parts = await change.good(scene);
    scene.admin.writes.length = 0;
    scene.world.tables.beforeWrite = (operation) => {
      if (operation === 'audit.record') throw new Error('no log');
      scene.admin.writes.push(operation);
    };
    await expect(scene.admin.call(name, parts)).rejects.toThrow('no log');
    expect(scene.admin.writes).toEqual([]);
  });

  it.each(rows)('has nothing of %s that is refused, and nothing is changed', async (name, change) => {
    await expect(make(name, change, 'refused')).rejects.toMatchObject({ remedy: expect.any(String) as string });
    expect(log()).toEqual([]);
    expect(scene.admin.writes).toEqual([]);
  });

  it.each(rows)('has no secret of %s', async (name, change) => {
    const parts = await change.good(scene);
    const answer = JSON.stringify(await scene.admin.call(name, parts));
    const text = JSON.stringify(log());
    const [, link = 'no link'] = /"link":"[^"]*\/([^"/]+)"/.exec(answer) ?? [];
    for (const secret of ['PRIVATE KEY', link, 'secret-signature', 'https:']) expect(text).not.toContain(secret);
  });

  it('has no record of a change to what is there already', async () => {
    const { id, body } = await present(changes.changeDevice).good(scene);
    await scene.admin.call('changeDevice', { id: id ?? '', body });
    await scene.admin.call('changeDevice', { id: id ?? '', body });
    expect(log()).toHaveLength(1);
  });

  it.each(rows.filter(([, { action }]) => /^plan\.(start|pause|resume|cancel)$/.test(action)))('has one record of %s that is repeated, which answers the same', async (name, change) => {
    const parts = await change.good(scene);
    const first = await scene.admin.call(name, parts);
    expect(await scene.admin.call(name, parts)).toEqual(first);
    expect(log()).toHaveLength(1);
  });

  it.each(changeNothing)('has nothing of %s, which changes nothing', async (name) => {
    const plan = await present(changes.createPlan).good(scene);
    const started = await present(changes.pausePlan).good(scene);
    const parts = { previewNewPlan: plan, previewPlan: started, foreseeTargets: started, exportDevices: {}, exportPermissions: {}, exportAudit: {} }[name as 'previewPlan'];
    await scene.admin.call(name, parts, 'viewer');
    expect(log()).toEqual([]);
    expect(scene.admin.writes).toEqual([]);
  });

  it('is read by day, the newest first, page by page', async () => {
    for (const [name, change] of rows.slice(0, 3)) {
      await scene.admin.call(name, await change.good(scene));
      scene.world.clock.pass(1_000);
    }
    const day = new Date(scene.world.clock.now()).toISOString().slice(0, 10);
    expect(await scene.admin.call('listAudit', { query: { day, limit: '2' } })).toMatchObject({ items: [{ action: 'device.delete' }, { action: 'device.change' }], next: expect.any(String) as string });
    expect(await scene.admin.call('listAudit', { query: { day: '2020-01-01' } })).toEqual({ day: '2020-01-01', items: [] });
    expect(await scene.admin.call('listAudit')).toMatchObject({ day, items: [{}, {}, {}] });
  });
});

describe('the push certificate', () => {
  it('is answered, and kept in the log, without its key', async () => {
    const answer = await scene.admin.call('setPushCertificate', { body: await pushCertificate() });
    expect(answer).toEqual({ topic: 'com.apple.mgmt.External.ours', expiresAt: expect.any(Number) as number });
    expect(await scene.admin.call('getPushCertificate')).toEqual(answer);
    expect((await scene.admin.services.pushCertificate.current())?.key).toContain('PRIVATE KEY');
  });
});

describe('an invitation', () => {
  it('says its link once: it is not stored, and not answered again', async () => {
    const answer = await make('invite', present(changes.invite));
    const { id, link } = answer as { readonly id: string; readonly link: string };
    expect(link).toMatch(/^https:\/\/api\.example\/enrol\/.{20,}$/);
    const secret = link.split('/').at(-1) ?? link;
    expect(JSON.stringify([...scene.world.tables.invitations.values(), ...scene.world.tables.invitationSecrets.keys()])).not.toContain(secret);
    expect(JSON.stringify(await scene.admin.call('getInvitation', { id }))).not.toContain(secret);
  });

  it('is filtered by who, action and noun, and written as a file that a spreadsheet may open', async () => {
    const at = scene.world.clock.now();
    const entries = [['ada', 'plan.start', 'p1'], ['=ada', 'plan.pause', 'p1'], ['bo', 'planet.move', 'p2']] as const;
    for (const [index, [who, action, subject]] of entries.entries()) await scene.world.audit.record({ at: at + index, who, role: 'admin', action, subject, after: { n: index } });
    const found = async (query: Readonly<Record<string, string>>): Promise<readonly string[]> => ((await scene.admin.call('listAudit', { query })) as AnswerOf<'listAudit'>).items.map(({ action }) => action);
    expect([await found({ who: 'ADA' }), await found({ action: 'plan' }), await found({ subject: 'p2' }), await found({ who: 'nobody' })]).toEqual([['plan.start'], ['plan.pause', 'plan.start'], ['planet.move'], []]);
    const time = (index: number): string => new Date(at + index).toISOString();
    expect(await scene.admin.call('exportAudit', { body: { action: 'plan' } }, 'viewer')).toMatchObject({ fileName: `audit-${time(0).slice(0, 10)}.csv`, rows: 2 });
    expect([...scene.admin.exported.values()].join('')).toBe(`Time (UTC),Who,Role,Action,Subject,Before,After\n${time(1)},'=ada,admin,plan.pause,p1,,"{""n"":1}"\n${time(0)},ada,admin,plan.start,p1,,"{""n"":0}"\n`);
  });

  it('can be filtered in the console by every kind of change', () => {
    expect(rows.map(([, { action }]) => action.replace(/\..*/, '')).filter((noun) => !(noun in nounWords))).toEqual([]);
  });
});
