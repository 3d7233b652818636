import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../core/ambient.ts';
import { accessFields, type AccessRecord } from '../../../local/edge/access-record.ts';
import { deliverLogs } from '../../../local/edge/log-delivery.ts';
import { accessLogName, decodeAccessLog } from '../../../protocol/access-log.ts';
import { VirtualClock } from '../step-functions/virtual-clock.ts';

const record: AccessRecord = {
  date: '2026-03-02', time: '12:00:00', 'x-edge-location': 'LOCAL', 'sc-bytes': 7, 'c-ip': '127.0.0.1', 'cs-method': 'GET', 'cs(Host)': 'localhost', 'cs-uri-stem': '/packages/a', 'sc-status': 200, 'cs(Referer)': '-',
  'cs(User-Agent)': 'phone%201', 'cs-uri-query': 'i=x&b=berlin', 'cs(Cookie)': '-', 'x-edge-result-type': 'Miss', 'x-edge-request-id': 'r', 'x-host-header': 'localhost', 'cs-protocol': 'https', 'time-taken': 1.5,
  'x-edge-response-result-type': 'Miss', 'cs-protocol-version': 'HTTP/1.1', 'c-port': 1, 'time-to-first-byte': 0, 'x-edge-detailed-result-type': 'Miss', 'sc-content-type': 'application/octet-stream', 'sc-content-len': 7, 'sc-range-start': '-', 'sc-range-end': '-',
};

function delivering(put: (key: string, file: Uint8Array) => Promise<void> = () => Promise.resolve()) {
  const clock = new VirtualClock('2026-03-02T12:00:00.000Z', { jumps: false });
  const files: { readonly key: string; readonly file: Uint8Array }[] = [];
  const failures: unknown[] = [];
  const logs = deliverLogs({
    clock, prefix: 'edge/', distributionId: 'E1', failed: (error) => { failures.push(error); },
    put: async (key, file) => { files.push({ key, file }); await put(key, file); },
  });
  return { clock, files, failures, logs };
}

describe('the delivery of access logs', () => {
  it('gathers what comes within a minute into one file of CloudFront\'s form and name', () => {
    const { clock, files, logs } = delivering();
    logs.record(record);
    clock.advance(MINUTE / 2);
    logs.record({ ...record, 'sc-bytes': 9 });
    expect(files).toEqual([]);
    clock.advance(MINUTE / 2);
    expect(files.map(({ key }) => key)).toEqual([expect.stringMatching(/^edge\/E1\.2026-03-02-12\.[0-9a-f]{8}\.gz$/)]);
    const read = [...decodeAccessLog(files[0]?.file ?? new Uint8Array())];
    expect(read.map((fields) => fields['sc-bytes'])).toEqual(['7', '9']);
    expect(Object.keys(read[0] ?? {})).toEqual([...accessFields]);
    expect(accessLogName(files[0]?.key ?? '')).toBeDefined();
  });

  it('begins another file afterwards, under another name, and none while nothing comes', () => {
    const { clock, files, logs } = delivering();
    for (let minutes = 0; minutes < 2; minutes += 1) {
      logs.record(record);
      clock.advance(MINUTE);
    }
    clock.advance(10 * MINUTE);
    expect(new Set(files.map(({ key }) => key)).size).toBe(2);
    expect(files).toHaveLength(2);
  });

  it('holds the time until a file is there, and goes on after one that was not', async () => {
    const { clock, failures, logs } = delivering(() => Promise.reject(new Error('no room')));
    logs.record(record);
    clock.advance(MINUTE);
    expect(clock.inFlight()).toEqual(['access log']);
    await expect.poll(() => clock.inFlight()).toEqual([]);
    expect(failures).toHaveLength(1);
  });

  it('stops with the edge', () => {
    const { clock, files, logs } = delivering();
    logs.record(record);
    logs.stop();
    clock.advance(MINUTE);
    expect(files).toEqual([]);
  });
});
