/** Who is asking, from the claims of the token that API Gateway has verified. */
import { WavecastError } from '../../core/errors.ts';

export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

export interface Caller {
  /** A person's user name, or `program ID`. */
  readonly name: string;
  readonly role: Role;
}

/** Claims as API Gateway hands them over: texts, lists as `[a b]`. */
export type Claims = Readonly<Record<string, unknown>>;

/** The strongest role of the caller. Throws `forbidden` for ID tokens, other audiences' tokens, and nobody's. */
export function callerOf(claims: Claims): Caller {
  const text = (name: string): string => {
    const value = claims[name];
    return typeof value === 'string' ? value : '';
  };
  const scopes = text('scope').split(' ');
  const groups = text('cognito:groups').replace(/^\[|\]$/g, '').split(/[ ,]+/);
  // A person's role is a group; a program, which is in none, asks for its role as a scope.
  const role = roles.findLast((candidate) => groups.includes(candidate) || scopes.includes(`wavecast/${candidate}`));
  if (text('token_use') !== 'access' || !scopes.includes('wavecast/api') || role === undefined) {
    throw new WavecastError('forbidden', 'The token gives no role here.', { remedy: 'Sign in with an access token of a user in the group viewer, operator or admin.' });
  }
  // A name that no person can have: those of Cognito hold no space.
  return { name: text('username') || (text('client_id') === '' ? text('sub') : `${PROGRAM}${text('client_id')}`), role };
}

const PROGRAM = 'program ';

/** The client id of a program that signs in by itself; undefined of a person's name. */
export function programOf(name: string): string | undefined {
  return name.startsWith(PROGRAM) ? name.slice(PROGRAM.length) : undefined;
}

/** Throws `forbidden` unless the caller's role is at least `needed`. */
export function requireRole(caller: Caller, needed: Role): void {
  if (roles.indexOf(caller.role) >= roles.indexOf(needed)) return;
  throw new WavecastError('forbidden', `This needs the role ${needed}; yours is ${caller.role}.`, { remedy: 'Ask an administrator to do it, or for the role.' });
}
