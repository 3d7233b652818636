/** `wavecast login`, `logout`, `whoami`: who the commands speak for. */
import type { Command } from 'commander';
import * as z from 'zod';
import { addCommand, type OpenScene } from '../command.ts';
import { fetchConfiguration } from '../configuration.ts';
import { findCredentials, namedServer, sessionOf, signInProgram } from '../credentials.ts';
import { CliFailure, exitCodes, wrongUsage } from '../failure.ts';
import { CALLBACK_PORT, listenForCode } from '../loopback.ts';
import { authorizationAddress, discover, newChallenge, redeemCode, revoke } from '../oidc.ts';
import { portNumber } from '../options.ts';
import type { Output } from '../output.ts';
import { personSessionPath, programSessionPath, readSession, removeSession, writeSession, type Session } from '../session.ts';
import { dateTime } from '../when.ts';
import type { World } from '../world.ts';

interface LoginOptions {
  readonly clientId?: string;
  readonly clientSecretStdin?: true;
  readonly callbackPort: number;
  readonly browser: boolean;
}

export function addLogin(program: Command, open: OpenScene): void {
  addCommand(program, {
    usage: 'login', description: 'Sign in, in the browser or with a client id and secret.',
    examples: ['login --url https://api.example.com', 'login --url https://api.example.com --client-id 1h57kf5cp --client-secret-stdin < secret.txt'],
  })
    .option('--client-id <id>', 'sign in as this client of the sign-in service')
    .option('--client-secret-stdin', 'read the client\'s secret from standard input: no person signs in')
    .option('--callback-port <port>', 'where the browser returns to on this machine', portNumber, CALLBACK_PORT)
    .option('--no-browser', 'only print the address to open')
    .action(async (options: LoginOptions, command: Command) => {
      const { world, output, urlFlag } = open(command);
      const url = namedServer(world, urlFlag) ?? (await readSession(personSessionPath(world.configFolder)))?.url;
      if (url === undefined) throw wrongUsage('It is not said where to sign in.', 'Give the address of the API with --url or WAVECAST_URL.');
      const session = options.clientSecretStdin === true ? await asProgram(world, url, options) : await asPerson(world, output, url, options);
      await writeSession(personSessionPath(world.configFolder), session);
      const who = identityOf(session.accessToken, 'Run `wavecast login` again.');
      output.result({ url, ...who }, () => [`Signed in to ${url} as ${who.name}${who.role === undefined ? '' : ` (${who.role})`}.`]);
    });

  addCommand(program, { usage: 'logout', description: 'End the session: the tokens are revoked and forgotten.', examples: ['logout'] })
    .action(async (_: object, command: Command) => {
      const { world, output } = open(command);
      const session = await readSession(personSessionPath(world.configFolder));
      const revoked = session === undefined ? false : await takeBack(world, session);
      for (const path of [personSessionPath(world.configFolder), programSessionPath(world.configFolder)]) await removeSession(path);
      output.result({ signedOut: session !== undefined, revoked }, () => [session === undefined ? 'You were not signed in.' : `Signed out of ${session.url}.`]);
      if (session?.refreshToken !== undefined && !revoked) output.note('The sign-in service could not be told; the refresh token ends by itself.');
    });

  addCommand(program, { usage: 'whoami', description: 'Show who you are signed in as, and where.', examples: ['whoami', 'whoami --json'] })
    .action(async (_: object, command: Command) => {
      const { world, output, urlFlag } = open(command);
      const credentials = await findCredentials(world, urlFlag);
      const who = identityOf(await credentials.token(), credentials.wayBack);
      output.facts({ url: credentials.url, ...who }, [['Name', who.name], ['Role', who.role], ['Server', credentials.url], ['Token until', who.expiresAt === undefined ? undefined : dateTime(who.expiresAt)]]);
    });
}

async function asProgram(world: World, url: string, { clientId = world.env['WAVECAST_CLIENT_ID'] }: LoginOptions): Promise<Session> {
  if (clientId === undefined) throw wrongUsage('--client-secret-stdin needs to know whose secret it is.', 'Give the client with --client-id.');
  const secret = (await world.readStdin()).trim();
  if (secret === '') throw wrongUsage('--client-secret-stdin: there is no secret on standard input.', 'Pipe it in: `wavecast login --client-id ID --client-secret-stdin < FILE`.');
  return signInProgram(world, url, clientId, secret);
}

async function asPerson(world: World, output: Output, url: string, options: LoginOptions): Promise<Session> {
  const { issuer, clientId: configured, scope } = await fetchConfiguration(world.fetch, url);
  const clientId = options.clientId ?? configured;
  const provider = await discover(world.fetch, issuer);
  const challenge = newChallenge();
  const loopback = await listenForCode(options.callbackPort, challenge.state, world.interrupted);
  try {
    const address = authorizationAddress(provider, clientId, scope, loopback.redirectUri, challenge);
    const opened = options.browser && await world.openBrowser(address);
    output.note(opened ? 'Sign in in the browser. If none has opened, open this address:' : 'Open this address in a browser of this machine to sign in:');
    output.note(address);
    const tokens = await redeemCode(world.fetch, provider, clientId, await loopback.code, loopback.redirectUri, challenge.verifier);
    return sessionOf({ url, issuer, clientId }, tokens, world.now(), undefined);
  } finally {
    loopback.close();
  }
}

async function takeBack(world: World, { issuer, clientId, refreshToken }: Session): Promise<boolean> {
  if (refreshToken === undefined) return false;
  try {
    return await revoke(world.fetch, await discover(world.fetch, issuer), clientId, refreshToken);
  } catch {
    // Signing out works without a network too.
    return false;
  }
}

const claimsShape = z.object({
  sub: z.string().optional(),
  username: z.string().optional(),
  client_id: z.string().optional(),
  scope: z.string().optional(),
  exp: z.number().optional(),
  'cognito:groups': z.array(z.string()).optional(),
});
const roles = ['admin', 'operator', 'viewer'] as const;

interface Identity {
  readonly name: string;
  readonly role?: (typeof roles)[number];
  readonly expiresAt?: number;
}

/** What the token says; whether it holds is for the server to judge. `wayBack`: what to do where it says nothing. Source: RFC 7519, section 7.2. */
export function identityOf(token: string, wayBack: string): Identity {
  try {
    const claims = claimsShape.parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
    const held = new Set([...(claims['cognito:groups'] ?? []), ...(claims.scope ?? '').split(' ').map((scope) => scope.replace(/^wavecast\//, ''))]);
    const role = roles.find((each) => held.has(each));
    return { name: claims.username ?? claims.client_id ?? claims.sub ?? 'unknown', ...(role === undefined ? {} : { role }), ...(claims.exp === undefined ? {} : { expiresAt: claims.exp * 1_000 }) };
  } catch (cause) {
    throw new CliFailure('The token cannot be read.', { exitCode: exitCodes.notSignedIn, code: 'not-signed-in', remedy: wayBack, cause });
  }
}
