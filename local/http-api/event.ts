/** The event that a function gets, payload format 2.0. Source: API Gateway developer guide, "Lambda proxy integrations". */
import type { IncomingMessage } from 'node:http';
import type { Instant } from '../../core/ambient.ts';
import type { AuthorisedToken } from './authorise.ts';
import { decodePath, type RouteMatch } from './router.ts';

export interface EventParts {
  readonly request: IncomingMessage;
  readonly match: RouteMatch;
  readonly body: Buffer;
  readonly token: AuthorisedToken | undefined;
  readonly apiId: string;
  readonly account: string;
  readonly requestId: string;
  readonly now: Instant;
}

/** Content types whose bodies arrive as text; all others arrive in base64. */
const textual = /^text\/|^application\/(?:.*\+)?(?:json|xml|javascript)\b|^application\/x-www-form-urlencoded\b/i;

export function proxyEvent(parts: EventParts): Record<string, unknown> {
  const { request, match, body, token, now } = parts;
  const [target = '/', rawQueryString = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const path = decodePath(target);
  const host = request.headers.host ?? '';
  const isText = textual.test(request.headers['content-type'] ?? '');
  const query = joinedQuery(rawQueryString);
  const { cookie } = request.headers;
  return {
    version: '2.0', routeKey: match.route.key, rawPath: path, rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/) }),
    headers: headersOf(request, host),
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    ...(Object.keys(match.pathParameters).length === 0 ? {} : { pathParameters: match.pathParameters }),
    requestContext: {
      accountId: parts.account, apiId: parts.apiId,
      ...(token === undefined ? {} : { authorizer: { jwt: { claims: token.claims, scopes: token.scopes } } }),
      domainName: host.replace(/:\d+$/, ''), domainPrefix: host.split(/[.:]/)[0] ?? '',
      http: { method: request.method, path, protocol: `HTTP/${request.httpVersion}`, sourceIp: request.socket.remoteAddress ?? '127.0.0.1', userAgent: request.headers['user-agent'] ?? '' },
      requestId: parts.requestId, routeKey: match.route.key, stage: '$default', time: logTime(now), timeEpoch: now,
    },
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Lower-case names, repeated ones joined by a comma, without cookies. */
function headersOf(request: IncomingMessage, host: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] ?? '').toLowerCase();
    const value = request.rawHeaders[index + 1] ?? '';
    if (name !== 'cookie' && name !== 'connection') headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  const forwarded = { 'x-forwarded-for': request.socket.remoteAddress ?? '127.0.0.1', 'x-forwarded-port': host.split(':')[1] ?? '80', 'x-forwarded-proto': 'http' };
  return { ...headers, ...forwarded };
}

function joinedQuery(raw: string): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(raw)) query[name] = query[name] === undefined ? value : `${query[name]},${value}`;
  return query;
}

/** `02/Mar/2026:00:00:00 +0000`. */
function logTime(now: Instant): string {
  const [, day, month, year, time] = /^\w+, (\d\d) (\w+) (\d+) ([\d:]+)/.exec(new Date(now).toUTCString()) ?? [];
  return `${day ?? ''}/${month ?? ''}/${year ?? ''}:${time ?? ''} +0000`;
}
