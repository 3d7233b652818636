import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { branchWindows, calendarDay, countNumber, portNumber, share, windowText } from '../../cli/options.ts';

describe('the windows of a branch on the command line', () => {
  it('are spans of local time, several with commas', () => {
    expect(branchWindows('berlin=01:00-02:00,13:00-14:00')).toEqual([{ branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }, { from: '13:00', to: '14:00' }] }]);
  });

  it('add up over repeated flags, also for one branch', () => {
    const berlin = branchWindows('berlin=1:00-2:00');
    expect(branchWindows('berlin=22:00-24:00', branchWindows('tokyo=13:00-14:00', berlin))).toEqual([
      { branchId: 'berlin', windows: [{ from: '01:00', to: '02:00' }, { from: '22:00', to: '24:00' }] },
      { branchId: 'tokyo', windows: [{ from: '13:00', to: '14:00' }] },
    ]);
  });

  it.each(['berlin', 'berlin=', '=01:00-02:00', 'berlin=01:00', 'berlin=1-2', 'berlin=01:00-02:00;03:00-04:00', 'berlin=01:00-02:00,'])('are refused as %j', (text) => {
    expect(() => branchWindows(text)).toThrow(InvalidArgumentError);
  });
});

describe('flag values', () => {
  it.each([['0.1', 0.1], ['10%', 0.1], ['1', 1], ['0', 0], ['2.5%', 0.025]])('read %j as the share %d', (text, value) => {
    expect(share(text)).toBeCloseTo(value);
  });

  it.each([
    ['a share over one', () => share('1.1')], ['a share over 100 %', () => share('101%')], ['a negative share', () => share('-0.1')], ['a share in words', () => share('ten')],
    ['half a device', () => countNumber('1.5')], ['a negative number', () => countNumber('-1')], ['a number with a unit', () => countNumber('5min')], ['nothing', () => countNumber('')], ['none of them', () => countNumber('0')], ['a port that no machine has', () => portNumber('65536')],
    ['a day that does not exist', () => calendarDay('2026-02-31')], ['a day in words', () => calendarDay('today')], ['a window without an end', () => windowText('22:00')],
  ])('refuse %s', (_, read) => {
    expect(read).toThrow(InvalidArgumentError);
  });
});
