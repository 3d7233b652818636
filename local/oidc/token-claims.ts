/** The claims that make an access token look like Cognito's. Source: Cognito developer guide, "Using the access token". */
import { SECOND, type Instant } from '../../core/ambient.ts';

export interface TokenFacts {
  readonly now: Instant;
  /** Seconds. */
  readonly life: number;
  /** Absent in a token of a program. */
  readonly username: string | undefined;
  readonly groups: readonly string[];
}

export function tokenClaims({ now, life, username, groups }: TokenFacts): Record<string, unknown> {
  const issuedAt = Math.floor(now / SECOND);
  return {
    iat: issuedAt, exp: issuedAt + life, token_use: 'access', version: 2,
    ...(username === undefined ? {} : { username, auth_time: issuedAt }),
    ...(groups.length === 0 ? {} : { 'cognito:groups': groups }),
  };
}
