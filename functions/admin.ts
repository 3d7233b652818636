/** /v1/*: the administrators' API. Every change by a person is audited before it is made. */
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { callerOf } from '../protocol/admin/caller.ts';
import { problemOf } from '../protocol/admin/problem.ts';
import { serveAdmin } from './admin/routes.ts';
import { adminServices, log } from './services.ts';

const services = adminServices();

/** API Gateway lets the open routes through without a token; on every other one it has verified it. */
type Event = Omit<APIGatewayProxyEventV2WithJWTAuthorizer, 'requestContext'> & { readonly requestContext: Omit<APIGatewayProxyEventV2WithJWTAuthorizer['requestContext'], 'authorizer'> & Partial<Pick<APIGatewayProxyEventV2WithJWTAuthorizer['requestContext'], 'authorizer'>> };

export async function handler(event: Event): Promise<APIGatewayProxyStructuredResultV2> {
  const { http, authorizer, requestId } = event.requestContext;
  try {
    const answer = await serveAdmin(services, {
      method: http.method, path: event.rawPath, query: event.queryStringParameters ?? {}, caller: () => callerOf(authorizer?.jwt.claims ?? {}),
      body: event.isBase64Encoded && event.body !== undefined ? Buffer.from(event.body, 'base64').toString('utf8') : event.body,
    });
    return { statusCode: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: JSON.stringify(answer) };
  } catch (error) {
    const problem = problemOf(error);
    const fields = { code: problem.code, route: event.routeKey, requestId };
    if (problem.status >= 500) log.error('an administrator\'s request failed', { ...fields, error: error instanceof Error ? error.name : 'unknown' });
    else log.info('an administrator\'s request was refused', fields);
    return { statusCode: problem.status, headers: { 'content-type': 'application/problem+json' }, body: JSON.stringify(problem) };
  }
}
