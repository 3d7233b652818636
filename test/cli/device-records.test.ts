import { describe, expect, it } from 'vitest';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { qrLines } from '../../protocol/qr.ts';
import { answeredBranch, answeredDevice, answeredSummary, DEVICE } from './support/answers.ts';
import { wavecast } from './support/wavecast.ts';

const invitation: AnswerOf<'invite'> = { id: 'i1', branchId: 'berlin', deviceName: 'till-07', testDevice: false, tags: ['till'], uses: 1, used: 0, createdAt: 0, expiresAt: 86_400_000, link: 'https://api.example/enrol/secret' };

describe('device list', () => {
  it('searches all branches at once, and narrows down', async () => {
    const { api, world } = await wavecast({ listDevices: { items: [answeredSummary({ displayName: 'Kasse 7', tags: ['till'] })] } }, ['device', 'list', '--search', 'TILL', '--status', 'enrolled', '--tag', 'till', '--test', 'no']);
    expect(api.calls('listDevices').map(({ query }) => query)).toEqual([{ search: 'TILL', status: 'enrolled', tag: 'till', testDevice: 'false', limit: '100' }]);
    expect(world.out()).toContain('Kasse 7');
  });

  it('searches one branch', async () => {
    const { api } = await wavecast({ listDevices: { items: [] } }, ['device', 'list', '--search', 'till', '--branch', 'berlin']);
    expect(api.calls('listDevices').map(({ query }) => query)).toEqual([{ search: 'till', branchId: 'berlin', limit: '100' }]);
  });

  it('filters each branch', async () => {
    const { api } = await wavecast({ listBranches: { items: [answeredBranch(), answeredBranch({ id: 'osaka' })] }, listDevices: { items: [] } }, ['device', 'list', '--tag', 'till']);
    expect(api.calls('listDevices').map(({ query }) => query)).toMatchObject([{ branchId: 'berlin', tag: 'till' }, { branchId: 'osaka', tag: 'till' }]);
  });

  it.each([
    ['two that say which', ['--search', 'x', '--name', 'till-07'], /each say which devices/], ['a filter for one device', ['--udid', 'x', '--tag', 'till'], /one device is named/], ['a standing that is none', ['--status', 'gone'], /Use expected/],
  ])('refuses %s', async (_, flags, says) => {
    const { status, world } = await wavecast({}, ['device', 'list', ...flags]);
    expect(status).toBe(2);
    expect(world.err()).toMatch(says);
  });
});

describe('a device\'s record', () => {
  it('is shown whole', async () => {
    const { world } = await wavecast({ getDevice: answeredDevice({ displayName: '受付 1', udid: '00008120-ABCDEF', tags: ['till'], revision: 4 }) }, ['device', 'show', DEVICE]);
    for (const fact of ['受付 1', '00008120-ABCDEF', 'till', 'W1X2Y3', '4']) expect(world.out()).toContain(fact);
  });

  it.each([
    ['its id, which is not looked up', DEVICE, []],
    ['its name', 'till-07', [{ name: 'till-07' }]],
  ])('is named by %s', async (_, text, queries) => {
    const { api } = await wavecast({ listDevices: { items: [answeredDevice()] }, getDevice: answeredDevice() }, ['device', 'show', text]);
    expect(api.calls('listDevices').map(({ query }) => query)).toEqual(queries);
    expect(api.calls('getDevice')).toMatchObject([{ id: DEVICE }]);
  });

  it('is not mistaken for another where nothing is called so', async () => {
    const { api, status, world } = await wavecast({ listDevices: { items: [] } }, ['device', 'delete', 'till-70']);
    expect(status).toBe(1);
    expect(world.err()).toContain('No device has the name or serial number "till-70".');
    expect(api.calls('listDevices').map(({ query }) => query)).toEqual([{ name: 'till-70' }, { serialNumber: 'till-70' }]);
  });

  it('gets another display name, or none', async () => {
    for (const text of ['Kasse 8', '']) {
      const { api } = await wavecast({ changeDevice: answeredDevice() }, ['device', 'update', DEVICE, '--display-name', text]);
      expect(api.bodies('changeDevice')).toEqual([{ displayName: text }]);
    }
  });

  it('is deleted, forced or not', async () => {
    const { api, world } = await wavecast({ deleteDevice: { id: DEVICE, name: 'till-07', instructions: 2 } }, ['device', 'delete', DEVICE, '--force']);
    expect(api.calls('deleteDevice')).toMatchObject([{ id: DEVICE, query: { force: 'true' } }]);
    expect(world.out()).toBe('till-07 is deleted. 2 instructions that it had have ended as failed.\n');
  });

  it('has a timeline, page after page', async () => {
    const entry = (at: number, words: string): AnswerOf<'getTimeline'>['items'][number] => ({ id: String(at), at, kind: 'moved', words, by: 'ada' });
    const { world, api } = await wavecast({ getTimeline: ({ query }) => (query['after'] === undefined ? { items: [entry(2, 'Moved again.')], next: '2.x' } : { items: [entry(1, 'Moved.')] }) }, ['device', 'timeline', DEVICE]);
    expect(api.calls('getTimeline')).toHaveLength(2);
    expect(world.out().indexOf('Moved again.')).toBeLessThan(world.out().indexOf('Moved.\n'));
  });
});

describe('invitations', () => {
  it('--qr shows the link for a camera, beside the result', async () => {
    const { world, api } = await wavecast({ invite: invitation }, ['device', 'invite', '--branch', 'berlin', '--name', 'till-07', '--display-name', 'Kasse 7', '--tags', 'till, x', '--qr', '--json']);
    expect(api.bodies('invite')).toEqual([{ branchId: 'berlin', testDevice: false, deviceName: 'till-07', displayName: 'Kasse 7', tags: ['till', 'x'] }]);
    expect(world.err()).toContain(qrLines(invitation.link).join('\n'));
    expect(JSON.parse(world.out())).toMatchObject({ link: invitation.link });
  });

  it('are listed by branch, and withdrawn', async () => {
    const { link: _, ...listed } = invitation;
    const { world } = await wavecast({ listInvitations: { items: [listed] } }, ['device', 'invitations', '--branch', 'berlin']);
    expect(world.out()).toContain('0 of 1');
    const withdrawn = await wavecast({ withdrawInvitation: { ...listed, withdrawnAt: 1 } }, ['device', 'withdraw-invitation', 'i1']);
    expect(withdrawn.world.out()).toContain('Withdrawn');
  });
});
