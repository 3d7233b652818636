/** A bucket's CORS rules as the template has them, and what they put on answers to browsers. */
import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import type { RestResponse } from '../aws/service.ts';
import { xmlDocument } from '../aws/xml.ts';
import { matchesWildcard } from '../iam/wildcard.ts';

const texts = z.array(z.string()).readonly();
const rule = z.object({
  AllowedOrigins: texts, AllowedMethods: texts, AllowedHeaders: texts.exactOptional(), ExposedHeaders: texts.exactOptional(),
  /** Seconds. */
  MaxAge: z.number().exactOptional(),
}).readonly();
const bucketProperties = z.object({ CorsConfiguration: z.object({ CorsRules: z.array(rule) }).optional() });

/** `AWS::S3::Bucket` CorsConfiguration.CorsRules, one rule. */
export type CorsRule = z.infer<typeof rule>;

/** The rules in a bucket's properties, in the template's order. */
export function corsRules(properties: unknown): readonly CorsRule[] {
  return bucketProperties.parse(properties).CorsConfiguration?.CorsRules ?? [];
}

interface CrossOrigin {
  readonly origin: string;
  readonly method: string;
  readonly headers: readonly string[];
}

/** Headers for an answer to a cross-origin request; empty when it is none, or when no rule allows it. */
export function corsHeaders(request: IncomingMessage, rules: readonly CorsRule[]): Readonly<Record<string, string>> {
  const origin = request.headers.origin;
  const method = request.method ?? '';
  if (origin === undefined || method === 'OPTIONS') return {};
  const rule = findRule(rules, { origin, method, headers: [] });
  return rule === undefined ? {} : allowing(rule, origin);
}

/** The answer to a preflight request. */
export function preflight(request: IncomingMessage, rules: readonly CorsRule[]): RestResponse {
  const { origin = '', 'access-control-request-method': method = '', 'access-control-request-headers': names = '' } = request.headers;
  const headers = names.split(',').map((name) => name.trim().toLowerCase()).filter((name) => name !== '');
  const rule = findRule(rules, { origin, method, headers });
  if (rule === undefined) {
    const body = xmlDocument('Error', { Code: 'AccessForbidden', Message: 'CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource\'s CORS spec.' });
    return { status: 403, headers: { 'content-type': 'application/xml' }, body };
  }
  const allowed: Record<string, string> = { ...allowing(rule, origin), 'access-control-allow-methods': rule.AllowedMethods.join(', ') };
  if (headers.length > 0) allowed['access-control-allow-headers'] = headers.join(', ');
  if (rule.MaxAge !== undefined) allowed['access-control-max-age'] = String(rule.MaxAge);
  return { status: 200, headers: allowed, body: '' };
}

function findRule(rules: readonly CorsRule[], request: CrossOrigin): CorsRule | undefined {
  return rules.find((rule) =>
    rule.AllowedOrigins.some((pattern) => matchesWildcard(pattern, request.origin)) &&
    rule.AllowedMethods.includes(request.method) &&
    request.headers.every((name) => (rule.AllowedHeaders ?? []).some((pattern) => matchesWildcard(pattern.toLowerCase(), name))));
}

function allowing(rule: CorsRule, origin: string): Record<string, string> {
  const any = rule.AllowedOrigins.includes('*');
  const headers: Record<string, string> = { 'access-control-allow-origin': any ? '*' : origin, vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method' };
  if (!any) headers['access-control-allow-credentials'] = 'true';
  if (rule.ExposedHeaders !== undefined) headers['access-control-expose-headers'] = rule.ExposedHeaders.join(', ');
  return headers;
}
