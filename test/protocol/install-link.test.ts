import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDeviceId, parseWaveId } from '../../core/ids.ts';
import { decodeInstallLink, encodeInstallLink, instructionName, readInstructionName } from '../../protocol/install-link.ts';

const link = { waveId: parseWaveId('3f1c2f0e-0000-4000-8000-000000000001.berlin.install.7'), deviceId: parseDeviceId('3f1c2f0e-0000-4000-8000-000000000002') };
const [former, present, next] = [randomBytes(32), randomBytes(32), randomBytes(32)] as const;
const nothing = expect.objectContaining({ code: 'not-found', message: 'There is nothing here.' }) as Error;

describe('a manifest link', () => {
  it.each([['present', present], ['former', former], ['next', next]])('proves itself by the %s key', (_, key) => {
    expect(decodeInstallLink(encodeInstallLink(link, key), [former, present, next])).toEqual(link);
  });

  it('is nothing once its key is no longer among them', () => {
    expect(() => decodeInstallLink(encodeInstallLink(link, former), [present, next])).toThrow(nothing);
  });

  it('is nothing with any of its characters changed', () => {
    const text = encodeInstallLink(link, present);
    fc.assert(fc.property(fc.nat(text.length - 2), fc.constantFrom('A', 'b', '0', '.'), (at, character) => {
      const changed = text.slice(0, at) + character + text.slice(at + 1);
      if (changed !== text) expect(() => decodeInstallLink(changed, [present])).toThrow(nothing);
    }));
  });
});

it('an instruction\'s name is of letters that an address bears, and leads back to it', () => {
  expect(instructionName(link)).toMatch(/^[\w-]+$/);
  expect(readInstructionName(instructionName(link))).toEqual(link);
  expect(() => readInstructionName('bm90aGluZw')).toThrow();
});
