/**
 * Sign-in in the place of Cognito: OpenID Connect with code and PKCE, client credentials, refresh and revocation, the
 * template's clients, groups and scopes, access tokens shaped like Cognito's.
 *
 * Access and refresh tokens live by the local clock; sessions, codes and ID tokens by the machine's. Unlike Cognito's,
 * access tokens carry `aud`, the client's id, which the library insists on. Clients that return to a loopback address
 * may use any port of it. Keys, grants and refresh tokens survive a restart.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider, { interactionPolicy, type ClientMetadata, type Configuration } from 'oidc-provider';
import { SECOND, type Clock, type Logger } from '../../core/ambient.ts';
import type { TrustedIssuer } from '../http-api/authorise.ts';
import type { StateStore } from '../state-store.ts';
import { adapterFactory } from './adapter.ts';
import { errorPage, signedOutPage, signOutPage, type Page } from './sign-in-page.ts';
import { send, signIn } from './sign-in.ts';
import { tokenClaims } from './token-claims.ts';
import type { PoolClient, UserPoolDefinition } from './user-pool.ts';

export interface OidcOptions {
  readonly clock: Clock;
  readonly store: StateStore;
  readonly log: Logger;
  /** `http://127.0.0.1:<port>/oidc`, without a slash at the end. */
  readonly issuer: string;
  readonly pool: UserPoolDefinition;
  /** By user name. A user named like a group of the pool is in it. */
  readonly passwords: Readonly<Record<string, string>>;
}

export interface Oidc {
  readonly issuer: string;
  /** Serves what is below the issuer's path. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** For the JWT authoriser. */
  readonly trusted: TrustedIssuer;
  /** By client id, for clients with a secret; as DescribeUserPoolClient would give them. */
  readonly clientSecrets: Readonly<Record<string, string>>;
}

interface StoredKeys {
  readonly signing: JWK;
  readonly cookies: string;
  readonly secrets: Readonly<Record<string, string>>;
}

const YEAR = 365 * 86_400;

export async function createOidc(options: OidcOptions): Promise<Oidc> {
  const keys = await loadKeys(options);
  const prefix = new URL(options.issuer).pathname.replace(/\/$/, '');
  const provider = new Provider(options.issuer, configuration(options, keys, prefix));
  provider.on('server_error', (_, error) => { options.log.error('sign-in failed', { message: error.message }); });
  const serve = provider.callback();
  const interaction = `${prefix}/interaction/`;
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...publicKey } = keys.signing;
  return {
    issuer: options.issuer,
    handle: (request, response) => {
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      if (!path.startsWith(interaction)) {
        // The library finds its own prefix from the two of them.
        Object.assign(request, { originalUrl: request.url, url: (request.url ?? '/').slice(prefix.length) || '/' });
        void serve(request, response);
        return;
      }
      signIn(provider, request, response, path, options.passwords).catch((error: unknown) => {
        options.log.error('sign-in failed', { message: error instanceof Error ? error.message : String(error) });
        if (!response.headersSent) send(response, 500, errorPage('The local sign-in has a fault.'));
      });
    },
    trusted: { issuer: options.issuer, keys: () => Promise.resolve({ keys: [publicKey] }) },
    clientSecrets: keys.secrets,
  };
}

async function loadKeys({ store, pool }: OidcOptions): Promise<StoredKeys> {
  const stored = store.load<StoredKeys>('oidc/keys');
  const secrets = Object.fromEntries(pool.clients.filter((client) => client.hasSecret).map(({ id }) => [id, stored?.secrets[id] ?? randomBytes(32).toString('base64url')]));
  const signing = stored?.signing ?? { ...(await exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey)), use: 'sig', alg: 'RS256', kid: randomBytes(8).toString('hex') };
  const keys: StoredKeys = { signing, cookies: stored?.cookies ?? randomBytes(32).toString('base64url'), secrets };
  store.save('oidc/keys', keys);
  return keys;
}

function configuration(options: OidcOptions, keys: StoredKeys, prefix: string): Configuration {
  const { pool, clock, passwords } = options;
  const lifeOf = (clientId: string | undefined, kind: 'accessTokenLife' | 'refreshTokenLife'): number =>
    Math.floor((pool.clients.find((client) => client.id === clientId)?.[kind] ?? 3_600 * SECOND) / SECOND);
  const policy = interactionPolicy.base();
  // Every client is one of the pool's own: there is nothing to consent to.
  policy.remove('consent');
  return {
    adapter: adapterFactory(options.store, clock),
    clients: pool.clients.map((client) => clientMetadata(client, keys.secrets[client.id])),
    jwks: { keys: [keys.signing] },
    cookies: { keys: [keys.cookies] },
    scopes: ['openid', ...pool.scopes],
    claims: { openid: ['sub', 'cognito:groups', 'cognito:username'] },
    pkce: { required: () => true },
    interactions: { policy, url: (_, interaction) => `${prefix}/interaction/${interaction.uid}` },
    findAccount: (_, id) => (Object.hasOwn(passwords, id)
      ? { accountId: id, claims: () => ({ sub: id, 'cognito:username': id, 'cognito:groups': groupsOf(id, pool) }) } : undefined),
    loadExistingGrant: async (context) => {
      const { client, session, params, provider } = context.oidc;
      const known = client === undefined ? undefined : session?.grantIdFor(client.clientId);
      const kept = known === undefined ? undefined : await provider.Grant.find(known);
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = kept ?? new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      const scope = typeof params?.['scope'] === 'string' ? params['scope'] : '';
      grant.addOIDCScope(scope);
      grant.addResourceScope(options.issuer, scope);
      await grant.save();
      return grant;
    },
    issueRefreshToken: (_, client) => Promise.resolve(client.grantTypeAllowed('refresh_token')),
    rotateRefreshToken: false,
    // As with the addresses that they return to, any port of the loopback is theirs where one is.
    clientBasedCORS: (_, origin, client) => (client.redirectUris ?? []).some((uri) => new URL(uri).origin === origin || (new URL(uri).hostname === '127.0.0.1' && URL.parse(origin)?.hostname === '127.0.0.1')),
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => {
          const { postLogoutRedirectUri } = context.oidc.session?.state ?? {};
          const page = signOutPage(form, typeof postLogoutRedirectUri === 'string' ? new URL(postLogoutRedirectUri).origin : '');
          context.set(page.headers);
          context.body = page.html;
        },
        postLogoutSuccessSource: (context) => {
          const page = signedOutPage();
          context.set(page.headers);
          context.body = page.html;
        },
      },
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => options.issuer,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, __, client) => ({
          scope: pool.scopes.join(' '), audience: client.clientId, accessTokenFormat: 'jwt',
          accessTokenTTL: lifeOf(client.clientId, 'accessTokenLife'), jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    formats: {
      customizers: {
        jwt: (_, token, jwt) => {
          const life = lifeOf(token.clientId, 'accessTokenLife');
          const username = 'accountId' in token ? token.accountId : undefined;
          Object.assign(jwt.payload, tokenClaims({ now: clock.now(), life, username, groups: username === undefined ? [] : groupsOf(username, pool) }));
        },
      },
    },
    ttl: {
      // Of these only how long they are counts: where they end is kept on the local clock.
      RefreshToken: (_, __, client) => lifeOf(client.clientId, 'refreshTokenLife'),
      AccessToken: 3_600, ClientCredentials: 3_600,
      Grant: 10 * YEAR, Session: 14 * 86_400, Interaction: 3_600, AuthorizationCode: 300, IdToken: 3_600,
    },
    renderError: (context, out) => {
      const page: Page = errorPage(out.error_description ?? out.error);
      context.set(page.headers);
      context.body = page.html;
    },
  };
}

function clientMetadata(client: PoolClient, secret: string | undefined): ClientMetadata {
  const withCode = client.flows.includes('code');
  const isLoopback = client.callbackUrls.every((url) => new URL(url).hostname === '127.0.0.1');
  return {
    client_id: client.id,
    ...(secret === undefined ? { token_endpoint_auth_method: 'none' as const } : { client_secret: secret }),
    redirect_uris: [...client.callbackUrls], post_logout_redirect_uris: [...client.logoutUrls],
    response_types: withCode ? ['code'] : [],
    grant_types: [...(withCode ? ['authorization_code', 'refresh_token'] : []), ...(client.flows.includes('client_credentials') ? ['client_credentials'] : [])],
    scope: client.scopes.join(' '),
    application_type: withCode && isLoopback ? 'native' : 'web',
  };
}

function groupsOf(username: string, pool: UserPoolDefinition): readonly string[] {
  return pool.groups.filter((group) => group === username);
}
