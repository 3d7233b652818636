/** What the person may do, as their access token says. The API decides; the console only spares them the refusal. */
import { roles, type Role } from '../../protocol/admin/caller.ts';

export interface Person {
  readonly name: string;
  /** Undefined: in none of the groups. */
  readonly role: Role | undefined;
}

/** Reads the claims of an access token. The signature is the API's to check. */
export function personOf(accessToken: string): Person {
  const claims = claimsOf(accessToken);
  const groups = claims['cognito:groups'];
  const role = roles.findLast((each) => Array.isArray(groups) && groups.includes(each));
  const name = [claims['username'], claims['sub']].find((each) => typeof each === 'string') ?? '';
  return { name, role };
}

export function mayAct(role: Role | undefined, needed: Role): boolean {
  return role !== undefined && roles.indexOf(role) >= roles.indexOf(needed);
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const bytes = Uint8Array.from(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === 'object' && claims !== null ? { ...claims } : {};
  } catch {
    return {};
  }
}
