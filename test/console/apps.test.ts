import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64 } from '../../console/parts/base64.ts';
import { stageOf } from '../../console/pages/register/stage.ts';
import { sendProfile, type ProfileSent } from '../../console/pages/versions/send-profile.ts';
import { checkText } from '../../console/vocabulary/checks.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';

describe('the way of a file that is registered', () => {
  it.each([
    ['awaiting-file', undefined, false, 'register', 'going'],
    ['verifying', undefined, false, 'verify', 'going'],
    // It is known from before, and looked at again.
    ['verifying', 'proven', false, 'verify', 'going'],
    // No version came of it.
    ['refused', undefined, false, 'register', 'failed'],
    // It is one, which devices cannot fetch.
    ['refused', 'placed', false, 'verify', 'failed'],
    ['verified', 'verified', false, 'prove', 'next'],
    ['verified', 'verified', true, 'prove', 'going'],
    ['verified', 'proven', true, 'plan', 'next'],
    // Somebody has exchanged its file since.
    ['verified', 'mismatched', true, 'verify', 'failed'],
  ] as const)('is, where it is %s and its placement %s, at %s', (state, placement, testing, at, how) => {
    expect(stageOf(state, placement, testing)).toEqual({ at, state: how });
  });
});

describe('a check', () => {
  it('has a name in both languages, and its own where another release made it', () => {
    expect([checkText('Link lifetime', 'en'), checkText('Link lifetime', 'ja'), checkText('Colour', 'ja'), checkText('constructor', 'en')]).toEqual(['Link lifetime', 'リンクの有効期間', 'Colour', 'constructor']);
  });
});

describe('base64', () => {
  it('is what everybody else makes of the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => { expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64')); }));
  });
});

describe('a renewed profile', () => {
  const device = (name: string) => ({ deviceId: name, deviceName: name, commandUUID: name });
  /** Two pages in Berlin, one in Tokyo. */
  const pages: Readonly<Record<string, AnswerOf<'sendProfile'>>> = {
    'berlin ': { sent: [device('a'), device('b')], before: 1, next: 'b' }, 'berlin b': { sent: [device('c')], before: 0 }, 'tokyo ': { sent: [], before: 4 },
  };
  const server = (failsAt?: string) => {
    const asked: string[] = [];
    const call = (_: string, { body }: { readonly body?: unknown }): Promise<unknown> => {
      const { branchId, after = '' } = body as { readonly branchId: string; readonly after?: string };
      const place = `${branchId} ${after}`;
      asked.push(place);
      return place === failsAt ? Promise.reject(new Error('gone')) : Promise.resolve(pages[place]);
    };
    return { asked, api: { call } as Parameters<typeof sendProfile>[0] };
  };

  it('goes to every page of every branch, and says how far it is', async () => {
    const { asked, api } = server();
    const told: ProfileSent[] = [];
    expect(await sendProfile(api, 'v', ['berlin', 'tokyo'], (so) => { told.push(so); })).toEqual({ sent: 3, before: 5 });
    expect(asked).toEqual(['berlin ', 'berlin b', 'tokyo ']);
    expect(told).toEqual([{ sent: 2, before: 1 }, { sent: 3, before: 1 }, { sent: 3, before: 5 }]);
  });

  it('stops at the first failure: what was sent before has been told', async () => {
    const { asked, api } = server('berlin b');
    const told: ProfileSent[] = [];
    await expect(sendProfile(api, 'v', ['berlin', 'tokyo'], (so) => { told.push(so); })).rejects.toThrow('gone');
    expect([asked.at(-1), told]).toEqual(['berlin b', [{ sent: 2, before: 1 }]]);
  });
});
