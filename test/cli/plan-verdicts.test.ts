import { describe, expect, it } from 'vitest';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { PLAN } from './support/answers.ts';
import { wavecast } from './support/wavecast.ts';

const at = Date.parse('2026-11-20T00:05:00Z');
const numbers = { succeeded: 17, failed: 1, rejected: 2, timedOut: 0, open: 30 };
const items: AnswerOf<'listVerdicts'>['items'] = [
  { branchId: 'berlin', decision: 'pause', words: 'Too many failed.', at, numbers: { ...numbers, rule: { share: 0.1, minimum: 20 } } },
  { branchId: 'berlin', decision: 'advance', words: 'It is time for the next wave.', at, seq: 2, numbers: { ...numbers, failed: 0, rejected: 0, rule: { share: 0.1, minimum: 20 } } },
  { branchId: 'berlin', decision: 'advance', words: 'It is time for the next wave.', at, seq: 1 },
];

describe('plan verdicts', () => {
  it('shows what was decided, what had failed of the settled, and what the plan allows', async () => {
    const { world, status, api } = await wavecast({ listVerdicts: { items } }, ['plan', 'verdicts', PLAN, '--branch', 'berlin']);
    expect(status).toBe(0);
    expect(api.calls('listVerdicts').map(({ query }) => query)).toMatchObject([{ branchId: 'berlin' }]);
    expect(world.out().split('\n')).toEqual([
      'BRANCH  AT                    DECISION  SUCCEEDED  FAILED  OPEN  SHARE                            WHY',
      'berlin  2026-11-20 00:05 UTC  pause            17       3    30  15 % of 20, 10 % allowed         Too many failed.',
      'berlin  2026-11-20 00:05 UTC  wave 2           17       0    30  0 % of 17, 10 % allowed from 20  It is time for the next wave.',
      'berlin  2026-11-20 00:05 UTC  wave 1            -       -     -  -                                It is time for the next wave.',
      '',
    ]);
  });

  it('says that there are none before a window has opened', async () => {
    const { world } = await wavecast({ listVerdicts: { items: [] } }, ['plan', 'verdicts', PLAN, '--inventory']);
    expect(world.err() + world.out()).toContain('no window has opened');
  });
});
