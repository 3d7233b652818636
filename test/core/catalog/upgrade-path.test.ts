import { describe, expect, it } from 'vitest';
import { checkUpgrade } from '../../../core/catalog/upgrade-path.ts';
import { WavecastError } from '../../../core/errors.ts';
import { parseBundleId } from '../../../core/ids.ts';

const bundleId = parseBundleId('com.example.good');
const build = (shortVersion: string, version: string, applicationIdentifier = 'TEAM.com.example.good') => ({ bundleId, shortVersion, version, applicationIdentifier });
const unknown = (shortVersion: string, version: string) => ({ shortVersion, version });

describe('another build of an app', () => {
  it.each([
    ['the first', build('1.0', '1'), []],
    ['of the same identity', build('1.1', '2'), [build('1.0', '1')]],
    ['by a wildcard profile of the same prefix', build('1.1', '2', 'TEAM.com.example.*'), [build('1.0', '1')]],
    ['after one whose identity nobody kept', build('1.1', '2', 'OTHER.com.example.good'), [unknown('1.0', '1')]],
    ['of the same version', build('1.0', '1'), [build('1.0', '1')]],
    ['with a higher build of the same version', build('1.0', '10'), [build('1.0', '9')]],
    ['whose version has more digits', build('1.10', '1'), [build('1.9', '99')]],
    ['higher than the highest, not than the newest alone', build('2.0', '1'), [build('1.0', '5'), build('1.9', '3')]],
  ])('%s is an upgrade', (_, next, registered) => {
    expect(checkUpgrade(next, registered)).toEqual([]);
  });

  it.each([
    ['a lower version', build('1.9', '99'), [build('1.10', '1')], /Version 1\.9 \(99\) is lower than 1\.10 \(1\)/],
    ['a lower build', build('1.0', '9'), [build('1.0', '10')], /Version 1\.0 \(9\) is lower than 1\.0 \(10\)/],
    ['between the newest and the highest', build('1.5', '1'), [build('1.0', '1'), unknown('1.9', '1')], /lower than 1\.9 \(1\)/],
  ])('of %s is allowed, and said', (_, next, registered, says) => {
    expect(checkUpgrade(next, registered)).toEqual([expect.stringMatching(says)]);
  });

  it('is not bound to the identity of one that was withdrawn, and compared with it all the same', () => {
    const withdrawn = { ...build('1.9', '1', 'OLD.com.example.good'), withdrawn: { at: 1, by: 'ada', reason: 'It crashed.' } };
    expect(checkUpgrade(build('2.0', '1', 'NEW.com.example.good'), [withdrawn])).toEqual([]);
    expect(checkUpgrade(build('1.8', '1', 'NEW.com.example.good'), [withdrawn])).toEqual([expect.stringMatching(/lower than 1\.9/)]);
  });

  it('of another identity than the newest is refused: no device could upgrade', () => {
    const registered = [unknown('1.3', '1'), build('1.2', '1', 'NEW.com.example.good'), build('1.1', '1', 'OLD.com.example.*')];
    expect(checkUpgrade(build('2.0', '1', 'NEW.com.example.good'), registered)).toEqual([]);
    for (const identity of ['OLD.com.example.good', 'NEWER.com.example.good', '']) {
      const refusal = (() => {
        try {
          return checkUpgrade(build('2.0', '1', identity), registered);
        } catch (error) {
          return error;
        }
      })();
      expect(refusal).toBeInstanceOf(WavecastError);
      expect(refusal).toMatchObject({ code: 'package-refused', message: expect.stringContaining('another identity than version 1.2 (1)') as string, evidence: [expect.stringContaining('NEW.com.example.good'), expect.any(String)], remedy: expect.stringContaining('NEW') as string });
    }
  });
});
