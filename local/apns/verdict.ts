/** What APNs answers to a push, in the order in which it finds fault. */
import type { IncomingHttpHeaders } from 'node:http2';
import type { TokenStanding } from './registry.ts';

export interface Answer {
  readonly status: number;
  readonly reason?: string;
  /** Milliseconds since the epoch, with 410. */
  readonly timestamp?: number;
}

export interface PushRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** UID of the client certificate's subject. */
  readonly certificateUid: string | undefined;
  readonly standing: (token: string) => TokenStanding;
}

export type PushVerdict =
  | { readonly push: { readonly token: string; readonly payload: unknown }; readonly answer?: never }
  | { readonly push?: never; readonly answer: Answer };

const pushTypes: ReadonlySet<string> = new Set([
  'alert', 'background', 'complication', 'controls', 'fileprovider', 'liveactivity', 'location', 'mdm', 'pushtotalk', 'voip', 'widgets',
]);

export function judgePush(request: PushRequest): PushVerdict {
  const { headers, body } = request;
  const refuse = (status: number, reason: string): PushVerdict => ({ answer: { status, reason } });
  if (headers[':method'] !== 'POST') return refuse(405, 'MethodNotAllowed');
  const path = /^\/3\/device\/([^/?]*)$/.exec(headers[':path'] ?? '');
  if (path === null) return refuse(404, 'BadPath');
  const token = (path[1] ?? '').toLowerCase();
  if (token === '') return refuse(400, 'MissingDeviceToken');
  if (headers['apns-topic'] === undefined) return refuse(400, 'MissingTopic');
  if (headers['apns-topic'] !== request.certificateUid) return refuse(400, 'TopicDisallowed');
  if (!pushTypes.has(String(headers['apns-push-type'] ?? 'alert'))) return refuse(400, 'InvalidPushType');
  if (headers['apns-expiration'] !== undefined && !/^\d{1,12}$/.test(String(headers['apns-expiration']))) return refuse(400, 'BadExpirationDate');
  if (headers['apns-id'] !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(String(headers['apns-id']))) return refuse(400, 'BadMessageId');
  if (body.length > 4096) return refuse(413, 'PayloadTooLarge');
  const payload = parseObject(body);
  if (payload === undefined) return refuse(400, 'PayloadEmpty');
  const standing = request.standing(token);
  if (standing.is === 'unknown') return refuse(400, 'BadDeviceToken');
  if (standing.is === 'gone') return { answer: { status: 410, reason: 'Unregistered', timestamp: standing.at } };
  return { push: { token, payload } };
}

function parseObject(body: Buffer): unknown {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
