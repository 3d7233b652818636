/**
 * One record per request, with the field names and formats of CloudFront's standard logs.
 * Source: CloudFront developer guide, "Standard logging reference".
 */
import type { IncomingMessage } from 'node:http';
import { SECOND, type Instant } from '../../core/ambient.ts';

export interface AccessRecord {
  /** `YYYY-MM-DD` and `HH:MM:SS`, UTC, when the answer was finished. */
  readonly date: string;
  readonly time: string;
  readonly 'x-edge-location': string;
  /** Bytes sent to the viewer: headers not counted here. */
  readonly 'sc-bytes': number;
  readonly 'c-ip': string;
  readonly 'cs-method': string;
  readonly 'cs(Host)': string;
  /** Path, percent-encoded, without the query. */
  readonly 'cs-uri-stem': string;
  readonly 'sc-status': number;
  readonly 'cs(Referer)': string;
  readonly 'cs(User-Agent)': string;
  /** `-` when there is none. */
  readonly 'cs-uri-query': string;
  readonly 'cs(Cookie)': string;
  readonly 'x-edge-result-type': 'Miss' | 'Error';
  readonly 'x-edge-request-id': string;
  readonly 'x-host-header': string;
  readonly 'cs-protocol': 'https';
  /** Seconds of the local clock. */
  readonly 'time-taken': number;
  readonly 'x-edge-response-result-type': 'Miss' | 'Error';
  readonly 'cs-protocol-version': string;
  readonly 'c-port': number;
  readonly 'time-to-first-byte': number;
  /** `ClientCommError`: the viewer went away before the end. */
  readonly 'x-edge-detailed-result-type': 'Miss' | 'Error' | 'AccessDenied' | 'ClientCommError';
  readonly 'sc-content-type': string;
  /** Content-Length of the answer, `-` without one. */
  readonly 'sc-content-len': number | '-';
  /** First and last byte of a range that was served, `-` otherwise. */
  readonly 'sc-range-start': number | '-';
  readonly 'sc-range-end': number | '-';
}

/** The fields of a log file, in CloudFront's order. Those that are not modelled are `-`. */
export const accessFields = [
  'date', 'time', 'x-edge-location', 'sc-bytes', 'c-ip', 'cs-method', 'cs(Host)', 'cs-uri-stem', 'sc-status', 'cs(Referer)', 'cs(User-Agent)', 'cs-uri-query', 'cs(Cookie)', 'x-edge-result-type',
  'x-edge-request-id', 'x-host-header', 'cs-protocol', 'cs-bytes', 'time-taken', 'x-forwarded-for', 'ssl-protocol', 'ssl-cipher', 'x-edge-response-result-type', 'cs-protocol-version', 'fle-status',
  'fle-encrypted-fields', 'c-port', 'time-to-first-byte', 'x-edge-detailed-result-type', 'sc-content-type', 'sc-content-len', 'sc-range-start', 'sc-range-end',
] as const;

export interface Measured {
  /** Path and query as the distribution knows them. */
  readonly target: string;
  readonly requestId: string;
  readonly startedAt: Instant;
  readonly firstByteAt: Instant;
  readonly endedAt: Instant;
  readonly status: number;
  readonly bytes: number;
  readonly contentType: string;
  readonly contentLength: number | undefined;
  readonly range: { readonly first: number; readonly last: number } | undefined;
  /** The edge itself refused it. */
  readonly refused: boolean;
  /** The viewer took the whole answer. */
  readonly complete: boolean;
}

export function accessRecord(request: IncomingMessage, measured: Measured): AccessRecord {
  const [stem = '/', query] = measured.target.split(/\?(.*)/s);
  const [date = '', time = ''] = new Date(measured.endedAt).toISOString().split(/[T.]/);
  const failed = measured.status >= 400 || !measured.complete;
  const result = failed ? 'Error' : 'Miss';
  const host = request.headers.host ?? '-';
  return {
    date, time, 'x-edge-location': 'LOCAL', 'sc-bytes': measured.bytes, 'c-ip': request.socket.remoteAddress ?? '-', 'cs-method': request.method ?? '-',
    'cs(Host)': host, 'cs-uri-stem': stem, 'sc-status': measured.status, 'cs(Referer)': request.headers.referer ?? '-',
    'cs(User-Agent)': encodeURIComponent(request.headers['user-agent'] ?? '-'), 'cs-uri-query': query === undefined || query === '' ? '-' : query, 'cs(Cookie)': '-',
    'x-edge-result-type': result, 'x-edge-request-id': measured.requestId, 'x-host-header': host, 'cs-protocol': 'https',
    'time-taken': (measured.endedAt - measured.startedAt) / SECOND, 'x-edge-response-result-type': result,
    'cs-protocol-version': `HTTP/${request.httpVersion}`, 'c-port': request.socket.remotePort ?? 0,
    'time-to-first-byte': (measured.firstByteAt - measured.startedAt) / SECOND,
    'x-edge-detailed-result-type': measured.complete ? (measured.refused ? 'AccessDenied' : result) : 'ClientCommError',
    'sc-content-type': measured.contentType, 'sc-content-len': measured.contentLength ?? '-',
    'sc-range-start': measured.range?.first ?? '-', 'sc-range-end': measured.range?.last ?? '-',
  };
}
