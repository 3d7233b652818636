/** The HTTP API as the template describes it. What is not modelled is refused: other integrations, other authorisers. */
import * as z from 'zod';
import type { TemplateResource } from './template-resource.ts';

const api = z.object({
  ProtocolType: z.literal('HTTP').optional(),
  CorsConfiguration: z.object({
    AllowOrigins: z.array(z.string()).optional(), AllowHeaders: z.array(z.string()).optional(), AllowMethods: z.array(z.string()).optional(),
    ExposeHeaders: z.array(z.string()).optional(), AllowCredentials: z.boolean().optional(), MaxAge: z.number().optional(),
  }).optional(),
});
const route = z.object({
  RouteKey: z.string(), Target: z.string(), AuthorizationType: z.enum(['NONE', 'JWT']).optional(),
  AuthorizerId: z.string().optional(), AuthorizationScopes: z.array(z.string()).optional(),
});
const integration = z.object({
  IntegrationType: z.literal('AWS_PROXY'), IntegrationUri: z.string(), PayloadFormatVersion: z.literal('2.0'), TimeoutInMillis: z.number().optional(),
});
const authorizer = z.object({
  AuthorizerType: z.literal('JWT'), IdentitySource: z.tuple([z.literal('$request.header.Authorization')]),
  JwtConfiguration: z.object({ Issuer: z.string(), Audience: z.array(z.string()) }),
});

export interface Cors {
  readonly origins: readonly string[];
  readonly headers: readonly string[];
  readonly methods: readonly string[];
  readonly exposed: readonly string[];
  readonly credentials: boolean;
  /** Seconds. */
  readonly maxAge: number;
}

/** What a token must hold: issuer and audience as the template names them, and one of the scopes if there are any. */
export interface JwtRule {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly scopes: readonly string[];
}

export interface HttpRoute {
  /** `GET /v1/{proxy+}`, `ANY /x`, `$default`. */
  readonly key: string;
  readonly functionArn: string;
  /** Milliseconds, at most 30,000. */
  readonly timeout: number;
  readonly jwt: JwtRule | undefined;
}

export interface HttpApiDefinition {
  readonly apiId: string;
  readonly cors: Cors | undefined;
  readonly routes: readonly HttpRoute[];
}

/** Reads the one HTTP API among the resources. Throws when there is none, several, or an unsupported part. */
export function readHttpApi(resources: readonly TemplateResource[]): HttpApiDefinition {
  const ofType = (type: string): readonly TemplateResource[] => resources.filter((resource) => resource.type === `AWS::ApiGatewayV2::${type}`);
  const [found, ...others] = ofType('Api');
  if (found === undefined || others.length > 0) throw new Error('The template needs exactly one AWS::ApiGatewayV2::Api.');
  const integrations = new Map(ofType('Integration').map((resource) => [`integrations/${resource.ref}`, integration.parse(resource.properties)]));
  const authorizers = new Map(ofType('Authorizer').map((resource) => [resource.ref, authorizer.parse(resource.properties).JwtConfiguration]));
  const routes = ofType('Route').map((resource): HttpRoute => {
    const read = route.parse(resource.properties);
    const target = integrations.get(read.Target);
    if (target === undefined) throw new Error(`The route ${read.RouteKey} has no integration ${read.Target}.`);
    const jwt = read.AuthorizationType === 'JWT' ? authorizers.get(read.AuthorizerId ?? '') : undefined;
    if (read.AuthorizationType === 'JWT' && jwt === undefined) throw new Error(`The route ${read.RouteKey} has no authorizer ${String(read.AuthorizerId)}.`);
    return {
      key: read.RouteKey, functionArn: functionOf(target.IntegrationUri), timeout: Math.min(target.TimeoutInMillis ?? 30_000, 30_000),
      jwt: jwt === undefined ? undefined : { issuer: jwt.Issuer, audience: jwt.Audience, scopes: read.AuthorizationScopes ?? [] },
    };
  });
  return { apiId: found.ref, cors: corsOf(api.parse(found.properties).CorsConfiguration), routes };
}

function corsOf(config: z.infer<typeof api>['CorsConfiguration']): Cors | undefined {
  if (config === undefined) return undefined;
  return {
    origins: config.AllowOrigins ?? [], headers: config.AllowHeaders ?? [], methods: config.AllowMethods ?? [], exposed: config.ExposeHeaders ?? [],
    credentials: config.AllowCredentials ?? false, maxAge: config.MaxAge ?? 0,
  };
}

/** An integration names the function by its ARN, or wraps that in an invocation path. */
function functionOf(uri: string): string {
  return /\/functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1] ?? uri;
}
