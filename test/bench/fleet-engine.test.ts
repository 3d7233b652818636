import { beforeAll, describe, expect, it } from 'vitest';
import { rehearseEngine, type EngineSetting } from '../../bench/fleet/engine/rehearse.ts';
import type { Findings } from '../../bench/report.ts';
import { ensureJava } from '../../local/dynamodb/java.ts';

const sites: EngineSetting['sites'] = [
  { id: 'berlin', timeZone: 'Europe/Berlin', window: { from: '13:00', to: '14:00' }, devices: 25 },
  { id: 'tokyo', timeZone: 'Asia/Tokyo', window: { from: '01:00', to: '02:00' }, devices: 20 },
];

describe('a fleet that meets the engine alone', () => {
  let findings: Findings;
  beforeAll(async () => {
    findings = await rehearseEngine({ assembly: 'cdk.out', java: ensureJava(() => undefined), startAt: Date.parse('2026-11-23T10:50:00Z'), waveSize: 10, sites, say: () => undefined });
  });

  it('is instructed once each, and every device agrees with the server', () => {
    expect(findings.figures).toMatchObject({ devices: 45, branches: 2, mismatches: 0, doubleInstructed: 0, skipped: 0, faults: 0, totalsApart: 0 });
  });

  it('comes in waves of the size asked for, inventory included', () => {
    expect(findings.figures).toMatchObject({ largestWave: 10, waves: 3 + 2 + 3 + 2 });
  });

  it('has its writes counted by key', () => {
    const { hottestKeyWritesPerSecond, partitionKeys } = findings.figures ?? {};
    expect(hottestKeyWritesPerSecond).toBeGreaterThanOrEqual(10);
    expect(partitionKeys).toBeGreaterThan(45);
    expect(findings.facts?.['hottest key']).toMatch(/^instructions /);
  });
});
