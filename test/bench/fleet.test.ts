import { describe, expect, it } from 'vitest';
import { HeatLedger, kindOf } from '../../bench/fleet/heat.ts';
import { judgeDevices } from '../../bench/fleet/judgement.ts';
import { addTo, overlay } from '../../bench/fleet/overlay.ts';

const MINUTE = 60_000;

describe('the heat of partition keys', () => {
  it('is the most that one key took within a second, and the largest share of all', () => {
    const ledger = new HeatLedger();
    ledger.enter({ writtenKeys: ['A/wave#1', 'A/wave#1', 'B/device#1'] }, 10_100);
    ledger.enter({ writtenKeys: ['A/wave#1', 'B/device#1'] }, 10_900);
    ledger.enter({ writtenKeys: ['B/device#1', 'B/device#1', 'B/device#2'] }, 11_000);
    expect(ledger.heat).toEqual({ writes: 8, keys: 3, mostPerSecond: 3, hottest: 'a wave', largestShare: 0.5, largest: 'b device' });
  });

  it('is nothing where nothing is written', () => {
    expect(new HeatLedger().heat).toMatchObject({ writes: 0, keys: 0, mostPerSecond: 0, largestShare: 0 });
  });

  it.each([['Wavecast-local-Data-TablesDevices704C53B1-X/device#6f1c', 'devices device'], ['TablesPlansABCDEF01/run#p.b.install', 'plans run'], ['TablesPlansABCDEF01/push-fault', 'plans push-fault']])('tells of %s as %s: no ids', (key, kind) => {
    expect(kindOf(key)).toBe(kind);
  });
});

describe('the judgement of devices', () => {
  it('counts who is told of otherwise, twice, or not at all', () => {
    const devices = [{ serialNumber: 'a', account: 'installed' }, { serialNumber: 'b', account: 'installed' }, { serialNumber: 'c', account: 'waiting' }, { serialNumber: 'd', account: 'untouched' }] as const;
    const instructions = [{ deviceName: 'a', state: 'installed' }, { deviceName: 'b', state: 'timedOut' }, { deviceName: 'c', state: 'failed' }, { deviceName: 'c', state: 'timedOut' }];
    expect(judgeDevices(devices, instructions)).toEqual({ mismatches: 2, doubleInstructed: 1, skipped: 1 });
  });
});

describe('a course laid over another', () => {
  const course = (...bytes: readonly number[]): Map<number, number> => new Map(bytes.map((each, index) => [index * 15 * MINUTE, each]));

  it.each([
    ['the same', course(10, 20), course(10, 20), 0, 1],
    ['the same at half the bytes', course(10, 20), course(5, 10), 0, 0.5],
    ['a step later', course(10, 0), course(0, 10), 1, 1],
    ['partly elsewhere', course(10, 10), course(15, 5), 0.25, 1.5],
  ])('tells of %s', (_, foreseen, measured, misplaced, peakRatio) => {
    const found = overlay(foreseen, measured);
    expect(found.misplaced).toBeCloseTo(misplaced);
    expect(found.peakRatio).toBeCloseTo(peakRatio);
  });

  it('spreads bytes over the steps that they lie in, and loses none', () => {
    const steps = new Map<number, number>();
    addTo(steps, 10 * MINUTE, 20 * MINUTE, 100, 15 * MINUTE);
    expect([...steps]).toEqual([[0, 25], [15 * MINUTE, 75]]);
  });
});
