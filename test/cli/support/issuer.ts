/** A sign-in service for tests: discovery, codes with PKCE, client credentials, refresh and revocation. */
import { createHash } from 'node:crypto';
import { serve, type Asked, type Answer } from './server.ts';

export interface Issuer {
  readonly issuer: string;
  /** Stands for a person who signs in: follows the address to where it redirects. */
  readonly signIn: (authorizationAddress: string) => string;
  readonly grants: URLSearchParams[];
  readonly revoked: string[];
  /** Scopes that the program's client may have. */
  allowed: string[];
  /** Seconds. */
  life: number;
  refuses: boolean;
}

export const PROGRAM = { id: 'program', secret: 's3cr:t' };

/** A token as the real ones look; nothing in it is signed. */
export function tokenFor(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ exp: 1_900_000_000, ...claims })}.`;
}

export async function startIssuer(): Promise<Issuer> {
  const codes = new Map<string, { readonly challenge: string; readonly redirectUri: string; readonly clientId: string }>();
  let made = 0;
  const token = (form: URLSearchParams, headers: Asked['headers']): Answer => {
    state.grants.push(form);
    const refusal = (error: string, description?: string): Answer => ({ status: 400, body: { error, ...(description === undefined ? {} : { error_description: description }) } });
    made += 1;
    switch (form.get('grant_type')) {
      case 'client_credentials': {
        const given = Buffer.from((headers.authorization ?? '').replace('Basic ', ''), 'base64').toString().split(':').map(decodeURIComponent);
        if (given[0] !== PROGRAM.id || given[1] !== PROGRAM.secret) return { ...refusal('invalid_client'), status: 401 };
        const scopes = (form.get('scope') ?? '').split(' ');
        if (scopes.some((scope) => !state.allowed.includes(scope))) return refusal('invalid_scope');
        return { body: { access_token: tokenFor({ client_id: PROGRAM.id, scope: scopes.join(' '), jti: made }), expires_in: state.life, token_type: 'Bearer' } };
      }
      case 'authorization_code': {
        const code = codes.get(form.get('code') ?? '');
        const proof = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
        if (code?.challenge !== proof || code.redirectUri !== form.get('redirect_uri') || code.clientId !== form.get('client_id')) return refusal('invalid_grant');
        return { body: { access_token: tokenFor({ username: 'ada', 'cognito:groups': ['operator'], jti: made }), refresh_token: 'refresh-1', expires_in: state.life, token_type: 'Bearer' } };
      }
      case 'refresh_token':
        if (state.refuses || form.get('refresh_token') !== 'refresh-1') return refusal('invalid_grant', 'the refresh token has ended');
        return { body: { access_token: tokenFor({ username: 'ada', 'cognito:groups': ['operator'], jti: made }), expires_in: state.life, token_type: 'Bearer' } };
      default:
        return refusal('unsupported_grant_type');
    }
  };
  const issuer = await serve(({ path, text, headers }) => {
    if (path === '/.well-known/openid-configuration') return { body: { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, revocation_endpoint: `${issuer}/revoke` } };
    if (path === '/token') return token(new URLSearchParams(text), headers);
    if (path === '/revoke') {
      state.revoked.push(new URLSearchParams(text).get('token') ?? '');
      return {};
    }
    return { status: 404 };
  });
  const state: Issuer = {
    issuer, grants: [], revoked: [], allowed: ['wavecast/api', 'wavecast/viewer', 'wavecast/operator'], life: 3_600, refuses: false,
    signIn: (address) => {
      const asked = new URL(address).searchParams;
      const redirectUri = asked.get('redirect_uri') ?? '';
      const code = `code-${codes.size + 1}`;
      codes.set(code, { challenge: asked.get('code_challenge') ?? '', redirectUri, clientId: asked.get('client_id') ?? '' });
      const back = new URL(redirectUri);
      back.searchParams.set('code', code);
      back.searchParams.set('state', asked.get('state') ?? '');
      return back.href;
    },
  };
  return state;
}
