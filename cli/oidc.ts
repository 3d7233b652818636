/** Tokens from the issuer. Sources: OpenID Connect Discovery 1.0, RFC 6749 (OAuth 2.0), RFC 7636 (PKCE), RFC 7009 (revocation). */
import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { isSafeAddress } from './address.ts';
import { CliFailure, exitCodes, networkReason, notSignedIn } from './failure.ts';

const providerShape = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string().refine(isSafeAddress),
  token_endpoint: z.string().refine(isSafeAddress),
  revocation_endpoint: z.string().refine(isSafeAddress).optional(),
});
export type Provider = Readonly<z.infer<typeof providerShape>>;

const tokenShape = z.object({ access_token: z.string(), refresh_token: z.string().optional(), expires_in: z.number().default(3_600) });
const refusalShape = z.object({ error: z.string(), error_description: z.string().optional() });
const LONGEST_WAIT = 30_000;

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** What the issuer answers instead of tokens, by its own code, for example `invalid_grant`. */
export class TokenRefusal extends CliFailure {
  readonly oauthCode: string;

  constructor(oauthCode: string, description: string | undefined) {
    super(`The sign-in service refused: ${description ?? oauthCode}.`, { exitCode: exitCodes.notSignedIn, code: 'not-signed-in', remedy: 'Check the client id and secret, or sign in again with `wavecast login`.' });
    this.oauthCode = oauthCode;
  }
}

export async function discover(fetch: typeof globalThis.fetch, issuer: string): Promise<Provider> {
  const answer = await ask(fetch, `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {});
  const provider = providerShape.safeParse(answer.body);
  if (answer.ok && provider.success && provider.data.issuer === issuer) return provider.data;
  throw notSignedIn(`The issuer ${issuer} does not describe itself as OpenID Connect asks.`, 'Check the address of the API: --url or WAVECAST_URL.');
}

export interface Challenge {
  readonly verifier: string;
  readonly challenge: string;
  readonly state: string;
}

export function newChallenge(): Challenge {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url'), state: randomBytes(16).toString('base64url') };
}

export function authorizationAddress(provider: Provider, clientId: string, scope: string, redirectUri: string, { challenge, state }: Challenge): string {
  const address = new URL(provider.authorization_endpoint);
  const parameters = { response_type: 'code', client_id: clientId, redirect_uri: redirectUri, scope, state, code_challenge: challenge, code_challenge_method: 'S256' };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return address.href;
}

export function redeemCode(fetch: typeof globalThis.fetch, provider: Provider, clientId: string, code: string, redirectUri: string, verifier: string): Promise<Tokens> {
  return tokens(fetch, provider, { grant_type: 'authorization_code', client_id: clientId, code, redirect_uri: redirectUri, code_verifier: verifier });
}

export function refresh(fetch: typeof globalThis.fetch, provider: Provider, clientId: string, refreshToken: string): Promise<Tokens> {
  return tokens(fetch, provider, { grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken });
}

/**
 * A program's token with the highest role that its client has: roles are scopes there, and asking for one too many is
 * refused, so they are asked for from the top.
 */
export async function programTokens(fetch: typeof globalThis.fetch, provider: Provider, clientId: string, clientSecret: string): Promise<Tokens> {
  const scopes = ['wavecast/api', 'wavecast/viewer', 'wavecast/operator', 'wavecast/admin'];
  const authorization = `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64')}`;
  for (let count = scopes.length; ; count -= 1) {
    try {
      return await tokens(fetch, provider, { grant_type: 'client_credentials', scope: scopes.slice(0, count).join(' ') }, { authorization });
    } catch (error) {
      if (!(error instanceof TokenRefusal && error.oauthCode === 'invalid_scope' && count > 1)) throw error;
    }
  }
}

/** Takes the refresh token back at the issuer. False where it could not be. */
export async function revoke(fetch: typeof globalThis.fetch, provider: Provider, clientId: string, refreshToken: string): Promise<boolean> {
  if (provider.revocation_endpoint === undefined) return false;
  const answer = await ask(fetch, provider.revocation_endpoint, { method: 'POST', body: new URLSearchParams({ client_id: clientId, token: refreshToken }) });
  return answer.ok;
}

async function tokens(fetch: typeof globalThis.fetch, provider: Provider, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Tokens> {
  const answer = await ask(fetch, provider.token_endpoint, { method: 'POST', headers, body: new URLSearchParams(form) });
  const granted = tokenShape.safeParse(answer.body);
  if (answer.ok && granted.success) {
    const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresIn } = granted.data;
    return { accessToken, expiresIn, ...(refreshToken === undefined ? {} : { refreshToken }) };
  }
  const refusal = refusalShape.safeParse(answer.body);
  throw refusal.success ? new TokenRefusal(refusal.data.error, refusal.data.error_description) : new TokenRefusal('unexpected_answer', `it answered ${answer.status}`);
}

async function ask(fetch: typeof globalThis.fetch, address: string, init: RequestInit): Promise<{ readonly ok: boolean; readonly status: number; readonly body: unknown }> {
  let response: Response;
  try {
    response = await fetch(address, { ...init, redirect: 'error', signal: AbortSignal.timeout(LONGEST_WAIT) });
  } catch (error) {
    throw new CliFailure(`The sign-in service at ${new URL(address).origin} cannot be reached (${networkReason(error)}).`, { exitCode: exitCodes.unreachable, code: 'unreachable', remedy: 'Check the network and try again.', cause: error });
  }
  const body: unknown = await response.json().catch(() => undefined);
  return { ok: response.ok, status: response.status, body };
}
