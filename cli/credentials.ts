/**
 * Whose token a command sends, and to which server. In this order: WAVECAST_TOKEN, WAVECAST_CLIENT_ID with
 * WAVECAST_CLIENT_SECRET, the session of `wavecast login`.
 */
import { parseServerAddress } from './address.ts';
import { fetchConfiguration } from './configuration.ts';
import { notSignedIn, wrongUsage } from './failure.ts';
import { discover, programTokens, refresh, TokenRefusal, type Tokens } from './oidc.ts';
import { personSessionPath, programSessionPath, readSession, writeSession, type Session } from './session.ts';
import type { World } from './world.ts';

export interface Credentials {
  /** Of the API, without a slash at the end. */
  readonly url: string;
  /** A token that is good as far as this machine's clock can tell. */
  token(): Promise<string>;
  /** Another one, after the server took `token` for expired; undefined where there is none to be had. */
  renew(): Promise<string | undefined>;
  /** What a person can do where no token holds, one sentence. */
  readonly wayBack: string;
}

/** A token this close to its end is renewed first. */
const MARGIN = 60_000;

/** The server named by --url or WAVECAST_URL. */
export function namedServer(world: Pick<World, 'env'>, flag: string | undefined): string | undefined {
  if (flag !== undefined) return parseServerAddress(flag, '--url');
  const variable = world.env['WAVECAST_URL'];
  return variable === undefined || variable === '' ? undefined : parseServerAddress(variable, 'WAVECAST_URL');
}

/** Throws `not-signed-in` where there is nothing to go by, `wrong-usage` where the environment is half set. */
export async function findCredentials(world: World, flag: string | undefined): Promise<Credentials> {
  const url = namedServer(world, flag);
  const { WAVECAST_TOKEN: token = '', WAVECAST_CLIENT_ID: clientId = '', WAVECAST_CLIENT_SECRET: secret = '' } = world.env;
  if (token !== '') return { url: needed(url, 'WAVECAST_TOKEN'), token: () => Promise.resolve(token), renew: () => Promise.resolve(undefined), wayBack: 'Set WAVECAST_TOKEN to a token that holds, or unset it and run `wavecast login`.' };
  if (secret !== '') {
    if (clientId === '') throw wrongUsage('WAVECAST_CLIENT_SECRET is set without WAVECAST_CLIENT_ID.', 'Set both, or neither.');
    return programCredentials(world, needed(url, 'WAVECAST_CLIENT_SECRET'), clientId, secret);
  }
  return personCredentials(world, url);
}

function needed(url: string | undefined, variable: string): string {
  if (url !== undefined) return url;
  throw wrongUsage(`${variable} is set, but not the server that it is for.`, 'Give the address of the API with --url or WAVECAST_URL.');
}

async function programCredentials(world: World, url: string, clientId: string, secret: string): Promise<Credentials> {
  const path = programSessionPath(world.configFolder);
  const kept = await readSession(path);
  let session = kept?.url === url && kept.clientId === clientId ? kept : undefined;
  const obtain = async (): Promise<string> => {
    session = await signInProgram(world, url, clientId, secret);
    await writeSession(path, session);
    return session.accessToken;
  };
  return { url, token: () => (session !== undefined && lasts(session, world) ? Promise.resolve(session.accessToken) : obtain()), renew: obtain, wayBack: 'Check WAVECAST_CLIENT_ID and WAVECAST_CLIENT_SECRET.' };
}

function lasts({ expiresAt }: Session, { now }: Pick<World, 'now'>): boolean {
  return expiresAt > now() + MARGIN;
}

async function personCredentials(world: World, url: string | undefined): Promise<Credentials> {
  const path = personSessionPath(world.configFolder);
  const kept = await readSession(path);
  if (kept === undefined) throw notSignedIn('You are not signed in.', 'Run `wavecast login --url ADDRESS`, or set WAVECAST_URL, WAVECAST_CLIENT_ID and WAVECAST_CLIENT_SECRET.');
  if (url !== undefined && url !== kept.url) throw notSignedIn(`You are signed in to ${kept.url}, not to ${url}.`, `Run \`wavecast login --url ${url}\`.`);
  let session = kept;
  const renew = async (): Promise<string | undefined> => {
    if (session.refreshToken === undefined) return undefined;
    try {
      const provider = await discover(world.fetch, session.issuer);
      session = sessionOf(session, await refresh(world.fetch, provider, session.clientId, session.refreshToken), world.now(), session.refreshToken);
    } catch (error) {
      if (error instanceof TokenRefusal) return undefined;
      throw error;
    }
    await writeSession(path, session);
    return session.accessToken;
  };
  // Asked again and again by a long watch: what was renewed once is not renewed every time.
  return { url: kept.url, token: async () => (lasts(session, world) ? undefined : await renew()) ?? session.accessToken, renew, wayBack: 'Run `wavecast login`.' };
}

/** A session for a program, by client credentials. */
export async function signInProgram(world: World, url: string, clientId: string, secret: string): Promise<Session> {
  const { issuer } = await fetchConfiguration(world.fetch, url);
  const tokens = await programTokens(world.fetch, await discover(world.fetch, issuer), clientId, secret);
  return sessionOf({ url, issuer, clientId }, tokens, world.now(), undefined);
}

/** Issuers need not send the refresh token again with every renewal. */
export function sessionOf(of: Pick<Session, 'url' | 'issuer' | 'clientId'>, { accessToken, refreshToken, expiresIn }: Tokens, now: number, keptRefreshToken: string | undefined): Session {
  const lasting = refreshToken ?? keptRefreshToken;
  return { url: of.url, issuer: of.issuer, clientId: of.clientId, accessToken, expiresAt: now + expiresIn * 1_000, ...(lasting === undefined ? {} : { refreshToken: lasting }) };
}
