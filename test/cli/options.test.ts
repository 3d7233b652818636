import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { branchWindows, calendarDay, countNumber, countOrZero, portNumber, share, windowText } from '../../cli/options.ts';

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

  it.each<[string, object]>([
    ['01:00-02:00/mon-fri', { days: ['mon', 'tue', 'wed', 'thu', 'fri'] }],
    ['01:00-02:00/Sat+sun', { days: ['sat', 'sun'] }],
    ['01:00-02:00/fri-mon', { days: ['mon', 'fri', 'sat', 'sun'] }],
    ['01:00-02:00/2027-01-04..2027-01-29', { firstDay: '2027-01-04', lastDay: '2027-01-29' }],
    ['01:00-02:00/..2027-01-29/mon', { days: ['mon'], lastDay: '2027-01-29' }],
    ['01:00-02:00/2027-01-04..', { firstDay: '2027-01-04' }],
    ['01:00-02:00/2027-01-04', { firstDay: '2027-01-04', lastDay: '2027-01-04' }],
  ])('open on the days that %j says', (text, limits) => {
    expect(branchWindows(`berlin=${text},13:00-14:00`)[0]?.windows).toEqual([{ from: '01:00', to: '02:00', ...limits }, { from: '13:00', to: '14:00' }]);
  });

  it.each(['berlin=01:00-02:00/xyz', 'berlin=01:00-02:00/mon-xyz', 'berlin=01:00-02:00/', 'berlin=01:00-02:00/2027-02-31', 'berlin=01:00-02:00/..', 'berlin=01:00-02:00/2027-01-04..2027-01-05..2027-01-06', 'berlin', 'berlin=', '=01:00-02:00', 'berlin=01:00', 'berlin=1-2', 'berlin=01:00-02:00;03:00-04:00', 'berlin=01:00-02:00,'])('are refused as %j', (text) => {
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

describe('a count that may be none', () => {
  it.each([['0', 0], ['00', 0], ['3', 3]])('is %j', (text, count) => {
    expect(countOrZero(text)).toBe(count);
  });

  it.each(['', '-1', '1.5', 'none'])('is refused as %j', (text) => {
    expect(() => countOrZero(text)).toThrow(InvalidArgumentError);
  });
});
