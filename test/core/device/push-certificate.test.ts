import { describe, expect, it } from 'vitest';
import { DAY } from '../../../core/ambient.ts';
import { checkReplacement } from '../../../core/device/push-certificate.ts';

const now = Date.parse('2026-03-02T09:00:00Z');
const ours = { topic: 'com.apple.mgmt.External.ours', expiresAt: now + 30 * DAY };
const others = { topic: 'com.apple.mgmt.External.others', expiresAt: now + 365 * DAY };

describe('a push certificate', () => {
  it.each<[string, Parameters<typeof checkReplacement>]>([
    ['is the first', [undefined, ours, 500, false, now]],
    ['is the renewed one', [ours, { ...ours, expiresAt: now + 395 * DAY }, 500, false, now]],
    ['has another topic and no device listens yet', [ours, others, 0, false, now]],
    ['has another topic and that is forced', [ours, others, 500, true, now]],
  ])('may take the place of the current one when it %s', (_, given) => {
    expect(() => {
      checkReplacement(...given);
    }).not.toThrow();
  });

  it('that would strand enrolled devices is refused, saying how many, and what to do', () => {
    expect(() => {
      checkReplacement(ours, others, 500, false, now);
    }).toThrow(expect.objectContaining({ code: 'conflict', message: expect.stringContaining('500 enrolled devices') as string, remedy: expect.stringContaining('force') as string, evidence: expect.arrayContaining([expect.stringContaining(ours.topic), expect.stringContaining(others.topic)]) as string[] }));
  });

  it.each([[ours, false], [undefined, false], [ours, true]] as const)('that has expired is refused in any case', (current, force) => {
    expect(() => {
      checkReplacement(current, { ...ours, expiresAt: now }, 0, force, now);
    }).toThrow(expect.objectContaining({ code: 'invalid-input', remedy: expect.any(String) as string }));
  });
});
