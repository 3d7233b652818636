import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeStatusReport } from '../../protocol/status-report.ts';

const decode = (report: unknown) => decodeStatusReport(Buffer.from(typeof report === 'string' ? report : JSON.stringify(report)));
const apps = (...app: readonly unknown[]) => decode({ StatusItems: { mdm: { app } }, Errors: [] });
const field = { identifier: 'com.example.field', version: '412', 'short-version': '4.1' };

describe('a status report', () => {
  it('tells of the device and of every app, in the words of the lists', () => {
    const report = decode({
      StatusItems: {
        device: { identifier: { 'serial-number': 'F2LX', udid: '00008120-1' }, model: { family: 'iPhone', identifier: 'iPhone15,4', number: 'MTP03' }, 'operating-system': { version: '18.6', 'build-version': '22G86', family: 'iOS' } },
        mdm: { app: [{ ...field, state: 'managed', name: 'Field' }] },
      },
      Errors: [], FullReport: true,
    });
    expect(report.device).toEqual({ serialNumber: 'F2LX', productName: 'iPhone15,4', osVersion: '18.6' });
    expect([...report.managed]).toEqual([['com.example.field', { status: 'Managed' }]]);
    expect([...report.installed]).toEqual([['com.example.field', { shortVersion: '4.1', version: '412', installing: false }]]);
  });

  it.each<[string, string, boolean]>([
    ['managed', 'Managed', true], ['prompting-for-update', 'PromptingForUpdate', true], ['prompting', 'Prompting', false], ['installing', 'Installing', false], ['updating', 'Updating', false],
    ['user-rejected', 'UserRejected', false], ['update-rejected', 'UpdateRejected', false], ['management-rejected', 'ManagementRejected', false], ['failed', 'Failed', false], ['some-day', 'some-day', false],
  ])('in state %s means %s, and whether its version is that on the device: %s', (state, status, versionCounts) => {
    const { managed, installed } = apps({ ...field, state });
    expect(managed.get(field.identifier)).toEqual({ status });
    expect(installed.has(field.identifier)).toBe(versionCounts);
  });

  it('says what is gone', () => {
    for (const gone of [{ identifier: 'com.example.field', _removed: true }, { ...field, state: 'managed-but-uninstalled' }]) expect(apps(gone).installed.get('com.example.field')).toBeNull();
    expect(apps({ identifier: 'com.example.field', _removed: true }).managed.get('com.example.field')).toEqual({ status: 'Absent' });
  });

  it('says nothing of an app whose version or state it leaves out', () => {
    expect(apps({ identifier: 'com.example.field', state: 'managed', version: '412' }).installed.size).toBe(0);
    expect(apps({ ...field }).managed.size).toBe(0);
  });

  it('tells which declarations the device does not take', () => {
    const report = decode({ StatusItems: { management: { declarations: { activations: [{ identifier: 'a', valid: 'valid', active: true }], configurations: [{ identifier: 'c', valid: 'invalid', reasons: [{ code: 'Error.ConfigurationNotSupported' }] }], assets: [], management: [] } } } });
    expect(report.refused).toEqual(['c Error.ConfigurationNotSupported']);
  });

  it('is read as far as it has the form, and the rest passed over', () => {
    expect([...apps(null, 7, 'x', [], { state: 'managed' }, { identifier: 3, state: 'managed' }, { ...field, state: 'managed', version: { deep: 1 } }).managed.keys()]).toEqual(['com.example.field']);
    expect(decode({ StatusItems: { mdm: 'x', device: [], management: { declarations: 'no' } } })).toEqual({ managed: new Map(), installed: new Map(), device: {}, refused: [] });
    expect(decode('{"StatusItems":{"__proto__":{"mdm":{"app":[]}},"device":{"__proto__":{"model":{"identifier":"x"}}}}}').device).toEqual({});
  });

  it.each(['', '{', '[]', 'null', '{"StatusItems":[]}', '{"statusitems":{}}', '\xff'])('is none: %j', (text) => {
    expect(() => decodeStatusReport(Buffer.from(text, 'latin1'))).toThrow(expect.objectContaining({ code: 'invalid-input', message: 'This is no status report.' }));
  });

  it('is read or refused, whatever it holds', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 6 }), (text) => {
      try {
        decode(`{"StatusItems":{"mdm":{"app":[${text}]},"device":${text},"management":${text}}}`);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid-input' });
      }
    }), { numRuns: 500 });
  });
});
