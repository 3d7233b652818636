/** The user pool as the template describes it: clients, groups, scopes. */
import * as z from 'zod';
import { MINUTE, HOUR, DAY, SECOND } from '../../core/ambient.ts';
import type { TemplateResource } from '../http-api/template-resource.ts';

const unit = z.enum(['seconds', 'minutes', 'hours', 'days']);
const clientShape = z.object({
  AllowedOAuthFlows: z.array(z.enum(['code', 'client_credentials'])).optional(),
  AllowedOAuthScopes: z.array(z.string()).optional(),
  CallbackURLs: z.array(z.string()).optional(),
  LogoutURLs: z.array(z.string()).optional(),
  GenerateSecret: z.boolean().optional(),
  AccessTokenValidity: z.number().optional(),
  RefreshTokenValidity: z.number().optional(),
  TokenValidityUnits: z.object({ AccessToken: unit.optional(), RefreshToken: unit.optional() }).optional(),
});
const serverShape = z.object({ Identifier: z.string(), Scopes: z.array(z.object({ ScopeName: z.string() })).optional() });
const groupShape = z.object({ GroupName: z.string() });

const unitLengths: Readonly<Record<z.infer<typeof unit>, number>> = { seconds: SECOND, minutes: MINUTE, hours: HOUR, days: DAY };

export interface PoolClient {
  readonly id: string;
  readonly flows: readonly ('code' | 'client_credentials')[];
  readonly scopes: readonly string[];
  readonly callbackUrls: readonly string[];
  /** Where a person may be sent after signing out. */
  readonly logoutUrls: readonly string[];
  readonly hasSecret: boolean;
  /** Milliseconds. */
  readonly accessTokenLife: number;
  readonly refreshTokenLife: number;
}

export interface UserPoolDefinition {
  readonly clients: readonly PoolClient[];
  readonly groups: readonly string[];
  /** `wavecast/api`, … */
  readonly scopes: readonly string[];
}

export function readUserPool(resources: readonly TemplateResource[]): UserPoolDefinition {
  const ofType = (type: string): readonly TemplateResource[] => resources.filter((resource) => resource.type === `AWS::Cognito::${type}`);
  // CloudFormation's reference to a resource server is its identifier.
  const identifiers = new Map(ofType('UserPoolResourceServer').map((resource) => [resource.ref, serverShape.parse(resource.properties).Identifier]));
  return {
    clients: ofType('UserPoolClient').map((resource) => readClient(resource, identifiers)),
    groups: ofType('UserPoolGroup').map((resource) => groupShape.parse(resource.properties).GroupName),
    scopes: ofType('UserPoolResourceServer').flatMap((resource) => {
      const { Identifier, Scopes } = serverShape.parse(resource.properties);
      return (Scopes ?? []).map(({ ScopeName }) => `${Identifier}/${ScopeName}`);
    }),
  };
}

/** Defaults: Cognito API reference, CreateUserPoolClient. */
function readClient(resource: TemplateResource, identifiers: ReadonlyMap<string, string>): PoolClient {
  const client = clientShape.parse(resource.properties);
  const { AccessToken = 'hours', RefreshToken = 'days' } = client.TokenValidityUnits ?? {};
  return {
    id: resource.ref, flows: client.AllowedOAuthFlows ?? [], scopes: (client.AllowedOAuthScopes ?? []).map((scope) => scope.replace(/^[^/]+(?=\/)/, (server) => identifiers.get(server) ?? server)),
    callbackUrls: client.CallbackURLs ?? [], logoutUrls: client.LogoutURLs ?? [],
    hasSecret: client.GenerateSecret ?? false,
    accessTokenLife: (client.AccessTokenValidity ?? 1) * unitLengths[AccessToken],
    refreshTokenLife: (client.RefreshTokenValidity ?? 30) * unitLengths[RefreshToken],
  };
}
