/**
 * The JWT authoriser. Source: API Gateway developer guide, "Controlling access to HTTP APIs with JWT authorizers".
 * Lifetimes are judged on the local clock.
 */
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import type { Clock } from '../../core/ambient.ts';
import type { JwtRule } from './definition.ts';

/** Where tokens of an issuer named in the template come from locally. */
export interface TrustedIssuer {
  /** `iss` of its tokens. */
  readonly issuer: string;
  readonly keys: () => Promise<JSONWebKeySet>;
}

export type Trust = (issuer: string) => TrustedIssuer | undefined;

export interface AuthorisedToken {
  /** As the event holds them: everything as text, lists as `[a b]`. */
  readonly claims: Readonly<Record<string, string>>;
  /** The token's scopes when the route asks for some, else null. */
  readonly scopes: readonly string[] | null;
}

/** `unauthorized`: no token, or one that does not hold; `forbidden`: it lacks the route's scopes. */
export type Authorisation = AuthorisedToken | 'unauthorized' | 'forbidden';

export async function authorise(header: string | undefined, rule: JwtRule, trust: Trust, clock: Clock): Promise<Authorisation> {
  const token = /^(?:Bearer\s+)?(\S+)$/i.exec(header?.trim() ?? '')?.[1];
  const trusted = trust(rule.issuer);
  if (token === undefined || trusted === undefined) return 'unauthorized';
  let claims: JWTPayload;
  try {
    const keys = createLocalJWKSet(await trusted.keys());
    claims = (await jwtVerify(token, keys, { issuer: trusted.issuer, algorithms: ['RS256', 'RS384', 'RS512'], currentDate: new Date(clock.now()) })).payload;
  } catch {
    return 'unauthorized';
  }
  // A token without an end would be one for ever; one without an audience is judged by its client.
  if (claims.exp === undefined) return 'unauthorized';
  const audience = claims.aud === undefined ? [claims['client_id']] : [claims.aud].flat();
  if (!audience.some((each) => typeof each === 'string' && rule.audience.includes(each))) return 'unauthorized';
  const scopes = scopesOf(claims);
  if (rule.scopes.length > 0 && !rule.scopes.some((scope) => scopes.includes(scope))) return 'forbidden';
  return { claims: Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, claimText(value)])), scopes: rule.scopes.length > 0 ? scopes : null };
}

function scopesOf(claims: JWTPayload): readonly string[] {
  const value = claims['scope'] ?? claims['scp'];
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? value.split(' ').filter((scope) => scope !== '') : [];
}

function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
