/** CORS as API Gateway does it from its configuration: functions have no part in it. */
import type { IncomingMessage } from 'node:http';
import type { Cors } from './definition.ts';

/** Headers for every answer to this request; none when its origin is not allowed. */
export function corsHeaders(cors: Cors | undefined, request: IncomingMessage): Record<string, string> {
  const { origin } = request.headers;
  if (cors === undefined || origin === undefined) return {};
  const any = cors.origins.includes('*');
  if (!any && !cors.origins.includes(origin)) return {};
  return {
    'access-control-allow-origin': any ? '*' : origin,
    ...(any ? {} : { vary: 'origin' }),
    ...(cors.exposed.length === 0 ? {} : { 'access-control-expose-headers': cors.exposed.join(',') }),
    ...(cors.credentials ? { 'access-control-allow-credentials': 'true' } : {}),
  };
}

export function isPreflight(cors: Cors | undefined, request: IncomingMessage): boolean {
  return cors !== undefined && request.method === 'OPTIONS' && request.headers.origin !== undefined && request.headers['access-control-request-method'] !== undefined;
}

/** Further headers of a preflight's answer. */
export function preflightHeaders(cors: Cors): Record<string, string> {
  return {
    'access-control-allow-methods': cors.methods.join(','), 'access-control-allow-headers': cors.headers.join(','), 'access-control-max-age': String(cors.maxAge),
  };
}
