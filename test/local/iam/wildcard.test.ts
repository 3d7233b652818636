import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesAction, matchesArn, matchesResource, matchesWildcard } from '../../../local/iam/wildcard.ts';
import { cpuTime } from '../../support/cpu-time.ts';

/** What the pattern language means, said as directly as possible (and exponentially slow). */
function oracle(pattern: string, value: string): boolean {
  if (pattern === '') return value === '';
  const rest = pattern.slice(1);
  if (pattern.startsWith('*')) return oracle(rest, value) || (value !== '' && oracle(pattern, value.slice(1)));
  return value !== '' && (pattern.startsWith('?') || pattern[0] === value[0]) && oracle(rest, value.slice(1));
}

const alphabet = (...characters: string[]): fc.Arbitrary<string> => fc.string({ unit: fc.constantFrom(...characters), maxLength: 9 });

describe('wildcards', () => {
  it('match exactly what their definition says', () => {
    fc.assert(
      fc.property(alphabet('a', 'b', '*', '?'), alphabet('a', 'b', '*', '/'), (pattern, value) => {
        expect(matchesWildcard(pattern, value)).toBe(oracle(pattern, value));
      }),
      { numRuns: 3_000 },
    );
  });

  it('are not exponential', () => {
    const began = cpuTime();
    expect(matchesWildcard(`${'*a'.repeat(40)}*b`, 'a'.repeat(5_000))).toBe(false);
    expect(cpuTime() - began).toBeLessThan(1_000);
  });

  it('take no notice of an action’s case', () => {
    expect(matchesAction('S3:get*', 's3:GetObject')).toBe(true);
  });
});

describe('ARN patterns', () => {
  it.each([
    ['arn:aws:s3:::packages/*', 'arn:aws:s3:::packages/a/b.ipa', true],
    ['arn:aws:s3:::packages', 'arn:aws:s3:::packages/a', false],
    ['arn:aws:s3:::*', 'arn:aws:s3:::packages/a', true],
    ['arn:aws:states:*:000000000000:execution:turn:*', 'arn:aws:states:eu-west-1:000000000000:execution:turn:x:y', true],
    ['arn:aws:sqs:*:waker', 'arn:aws:sqs:eu-west-1:000000000000:waker', false],
    ['arn:aws:sqs:*:*:waker', 'arn:aws:sqs:eu-west-1:000000000000:waker', true],
    ['arn:aws:dynamodb:*', 'arn:aws:dynamodb:eu-west-1:000000000000:table/x', false],
    ['arn:aws:s3:::Packages/*', 'arn:aws:s3:::packages/a', false],
  ])('%s against %s: %s', (pattern, arn, expected) => {
    expect(matchesArn(pattern, arn)).toBe(expected);
  });

  it('let a lone * stand for requests that concern no resource', () => {
    expect(matchesResource('*', '*')).toBe(true);
    expect(matchesResource('arn:aws:s3:::*', '*')).toBe(false);
  });
});
