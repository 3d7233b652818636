/** /v1/*: the administrators' API. Every change by a person is audited before it is made. */
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { WavecastError } from '../core/errors.ts';
import { callerOf } from '../protocol/admin/caller.ts';
import { problemOf } from '../protocol/admin/problem.ts';
import { routes } from './admin/routes.ts';
import { adminServices, log } from './services.ts';

const services = adminServices();

type Event = Omit<APIGatewayProxyEventV2WithJWTAuthorizer, 'requestContext'> & { readonly requestContext: Omit<APIGatewayProxyEventV2WithJWTAuthorizer['requestContext'], 'authorizer'> & Partial<Pick<APIGatewayProxyEventV2WithJWTAuthorizer['requestContext'], 'authorizer'>> };

export async function handler(event: Event): Promise<APIGatewayProxyStructuredResultV2> {
  const { http, authorizer, requestId } = event.requestContext;
  try {
    for (const { method, path, open, serve } of routes) {
      const match = method === http.method ? path.exec(event.rawPath) : null;
      if (match === null) continue;
      // API Gateway lets the open routes through without a token; every other one has been verified by it.
      const caller = open === true ? undefined : callerOf(authorizer?.jwt.claims ?? {});
      const answer = await serve({ services, caller, label: match.groups?.['id'] ?? '', body: event.body });
      return { statusCode: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: JSON.stringify(answer) };
    }
    throw new WavecastError('not-found', 'The API has no such operation.', { remedy: 'See GET /v1/configuration and the documentation of the API.' });
  } catch (error) {
    const problem = problemOf(error);
    const fields = { code: problem.code, route: event.routeKey, requestId };
    if (problem.status >= 500) log.error('an administrator\'s request failed', { ...fields, error: error instanceof Error ? error.name : 'unknown' });
    else log.info('an administrator\'s request was refused', fields);
    return { statusCode: problem.status, headers: { 'content-type': 'application/problem+json' }, body: JSON.stringify(problem) };
  }
}
