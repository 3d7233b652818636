import { describe, expect, it } from 'vitest';
import { WavecastError } from '../../core/errors.ts';
import { problemOf } from '../../protocol/admin/problem.ts';

describe('a refusal of the administrators\' API', () => {
  it('says what is wrong, the evidence, and what to do', () => {
    expect(problemOf(new WavecastError('package-refused', 'It is expired.', { remedy: 'Build it again.', evidence: ['expired yesterday'] }))).toEqual({
      type: 'urn:wavecast:problem:package-refused', title: 'The package is refused', status: 422, code: 'package-refused', detail: 'It is expired.', remedy: 'Build it again.', evidence: ['expired yesterday'],
    });
  });

  it.each([new TypeError('secrets of the inside'), new WavecastError('internal', 'secrets of the inside'), 'secrets of the inside'])('that is our fault says nothing of the inside, but what to do', (error) => {
    const problem = problemOf(error);
    expect(problem).toMatchObject({ status: 500, code: 'internal', remedy: expect.any(String) as string });
    expect(JSON.stringify(problem)).not.toContain('secrets');
  });
});
