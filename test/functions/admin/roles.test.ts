import { beforeEach, describe, expect, it } from 'vitest';
import { callerOf, programOf, roles } from '../../../protocol/admin/caller.ts';
import { operationNames, operations } from '../../../protocol/admin/operations.ts';
import { serveAdmin } from '../../../functions/admin/routes.ts';
import { memoryAdmin, type MemoryAdmin } from '../../support/memory/admin.ts';
import { memoryWorld } from '../../support/memory/world.ts';

let admin: MemoryAdmin;
beforeEach(() => {
  admin = memoryAdmin(memoryWorld());
});

describe('who asks', () => {
  const claims = { token_use: 'access', scope: 'wavecast/api wavecast/operator', sub: 's' };

  it('is a person by their name, or a program by its id, and is never taken for the other', () => {
    const [person, program] = [callerOf({ ...claims, username: 'ada', client_id: 'cli' }), callerOf({ ...claims, client_id: 'abc123' })];
    expect([person.name, programOf(person.name), program.name, programOf(program.name)]).toEqual(['ada', undefined, 'program abc123', 'abc123']);
  });
});

const guarded = operationNames.flatMap((name) => {
  const { role: needed } = operations[name];
  return needed === 'anyone' ? [] : roles.map((role) => [name, role, needed] as const);
});
const weak = guarded.filter(([, role, needed]) => roles.indexOf(role) < roles.indexOf(needed));
const strong = guarded.filter(([, role, needed]) => roles.indexOf(role) >= roles.indexOf(needed));
const open = operationNames.filter((name) => operations[name].role === 'anyone');

describe('an operation', () => {
  it.each(weak)('%s is refused to a %s: it needs the role %s', async (name, role) => {
    await expect(admin.call(name, { body: { nonsense: true } }, role)).rejects.toMatchObject({ code: 'forbidden', remedy: expect.any(String) as string });
    expect(admin.writes).toEqual([]);
  });

  it.each(strong)('%s lets a %s in, who needs to be %s', async (name, role) => {
    const code: unknown = await admin.call(name, {}, role).then(() => 'done', (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error));
    expect(code).not.toBe('forbidden');
  });

  it('that changes anything is no viewer\'s', () => {
    const harmless = ['exportDevices', 'previewNewPlan', 'previewPlan', 'foreseeTargets', 'exportPermissions', 'exportAudit', 'exportDistributionStatus', 'exportPlanTargets'];
    const viewers = operationNames.filter((name) => operations[name].method !== 'GET' && operations[name].role === 'viewer');
    expect(viewers).toEqual(harmless);
  });

  it('that binds every device, or a branch\'s line, or takes a device out of management or may do anything to it, or takes an app back from everybody, is an administrator\'s', () => {
    expect(operationNames.filter((name) => operations[name].role === 'admin')).toEqual(['putBranch', 'deleteDevice', 'revokeIdentity', 'sendCommand', 'clearCommands', 'unenrolDevice', 'getAuthority', 'rotateAuthority', 'importAuthority', 'setPushCertificate', 'setProfileSigner', 'removeProfileSigner', 'withdrawVersion', 'deleteVersion', 'deleteApp']);
  });

  it.each(open)('%s asks nobody who they are', async (name) => {
    const { method, path } = operations[name];
    const caller = (): never => {
      throw new Error('nobody is signed in');
    };
    expect(await serveAdmin(admin.services, { method, path: `/v1/${path}`, query: {}, body: undefined, caller })).toBeTypeOf('object');
  });

  it.each(guarded.filter(([, role]) => role === 'admin'))('%s is nothing for one whose token gives no role', async (name) => {
    const { method, path } = operations[name];
    const caller = () => callerOf({ token_use: 'access', scope: 'wavecast/api' });
    await expect(serveAdmin(admin.services, { method, path: `/v1/${path.replace('{id}', 'x')}`, query: {}, body: undefined, caller })).rejects.toMatchObject({ code: 'forbidden', remedy: expect.any(String) as string });
  });
});
