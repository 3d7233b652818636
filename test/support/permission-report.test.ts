import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PolicyHolder } from '../../local/iam/policy.ts';
import { reportOn } from './permission-report.ts';
import { readUsage, usageJournal } from './usage-journal.ts';

const table = 'arn:aws:dynamodb:eu-west-1:000000000000:table/TablesPlans2B9D66DA';
const role: PolicyHolder = { name: 'TurnRole2158CC6F', policies: [{ Statement: [{ Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Query'], Resource: table }] }] };

describe('the report of a whole run', () => {
  it('puts together what several local clouds used', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wavecast-report-'));
    const [one, another, idle] = [usageJournal(folder), usageJournal(folder), usageJournal(folder)];
    one({ principal: role.name, action: 'dynamodb:GetItem', resource: table });
    expect(reportOn([role], readUsage(folder)).line).toBe('1 of 2 grants were used by the tests; unused: Turn: dynamodb:Query on TablesPlans.');
    another({ principal: role.name, action: 'dynamodb:Query', resource: table });
    another({ principal: role.name, action: 'dynamodb:Scan', resource: table });
    expect(idle).toEqual(expect.any(Function));
    const { line, text } = reportOn([role], readUsage(folder));
    expect(line).toBe('2 of 2 grants were used by the tests.');
    expect(text).toMatch(/Unused.*\n {2}none\n\nUsed\n {2}Turn: dynamodb:GetItem on TablesPlans\n {2}Turn: dynamodb:Query on TablesPlans\n$/);
    rmSync(folder, { recursive: true });
  });

  it('writes nothing down where nobody asked for it', () => {
    expect(() => { usageJournal('')({ principal: role.name, action: 'dynamodb:GetItem', resource: table }); }).not.toThrow();
  });
});
