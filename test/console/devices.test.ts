import { describe, expect, it } from 'vitest';
import { noDevices } from '../../core/device/device-counts.ts';
import { portionsOf } from '../../console/parts/file-portions.ts';
import { changeOf, faultsOf } from '../../console/pages/devices/device-change.ts';
import { deviceQueryOf } from '../../console/pages/devices/device-query.ts';
import { branchFaults, branchOf, typedOf } from '../../console/pages/branches/branch-typed.ts';
import { managementText } from '../../console/vocabulary/management.ts';

describe('a file in portions', () => {
  it('has the title line in each, and lines as in the whole file', () => {
    expect(portionsOf('Name,Branch\na,x\n\n"b\nc",x\nd,x\n', 2)).toEqual([
      { csv: 'Name,Branch\na,x\n\n"b\nc",x', firstLine: 2, rows: 2 }, { csv: 'Name,Branch\nd,x\n', firstLine: 6, rows: 1 },
    ]);
  });

  it('without rows is sent as it is', () => {
    expect(portionsOf('Name\n', 2)).toEqual([{ csv: 'Name\n', firstLine: 2, rows: 0 }]);
  });
});

describe('a change of a device', () => {
  const device = { name: 'phone', branchId: 'berlin', tags: ['a'], testDevice: false, revision: 3 };
  const typed = { name: 'phone', displayName: '', branchId: 'berlin', tags: 'a', testDevice: false };

  it('is only what differs, of the revision that was read', () => {
    expect(changeOf(device, typed)).toBeUndefined();
    expect(changeOf(device, { ...typed, branchId: 'tokyo', tags: 'a, b' })).toEqual({ branchId: 'tokyo', tags: ['a', 'b'], revision: 3 });
  });

  it('is told its faults where they were typed', () => {
    expect([...faultsOf({ name: 'a b', displayName: 'x'.repeat(101), tags: 'a;b' })]).toEqual(['name', 'displayName', 'tags']);
  });
});

it('one character is not searched for yet', () => {
  expect(deviceQueryOf({ text: 't', filters: { use: 'test' }, after: undefined })).toEqual({ limit: 50, testDevice: 'true' });
});

describe('whether a device manages its copy of an app', () => {
  it('is said in the person\'s language, and of a word that is not known by itself', () => {
    expect((['en', 'ja'] as const).map((language) => ['Managed', 'Absent', 'SomethingNew'].map((status) => managementText(status, language)))).toEqual([['Managed', 'Not managed', 'SomethingNew'], ['管理対象', '管理外', 'SomethingNew']]);
  });
});

describe('a branch as it was typed', () => {
  it('goes back as it was where nothing was changed', () => {
    const branch = { id: 'berlin', name: 'Berlin', timeZone: 'Europe/Berlin', linkMbps: 50, brake: true, openLimit: 5, revision: 1, ...noDevices };
    expect(branchFaults(typedOf(branch, 'UTC'), ['Europe/Berlin'])).toEqual(new Set());
    expect(branchOf(typedOf(branch, 'UTC'), true)).toEqual({ name: 'Berlin', timeZone: 'Europe/Berlin', linkMbps: 50, brake: true, openLimit: 5 });
  });

  it('is told its faults where they were typed', () => {
    const typed = typedOf(undefined, 'Nowhere');
    expect([...branchFaults({ ...typed, linkMbps: '0', openLimit: '1.5', ownAcceptance: true, acceptance: { ...typed.acceptance, soon: '90', late: '20' } }, ['UTC'])]).toEqual(['id', 'name', 'timeZone', 'linkMbps', 'openLimit', 'acceptance']);
  });
});
