/** What a whole run of the tests used of what the roles were granted. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { grantsOf, grantText, type Grant } from '../../local/iam/grants.ts';
import type { PolicyHolder } from '../../local/iam/policy.ts';
import { titleOf } from './synthesised-roles.ts';

export interface PermissionReport {
  /** For the terminal. */
  readonly line: string;
  /** For a file: everything that was granted, unused first. */
  readonly text: string;
}

/** `used` as `grantText` writes grants; what is no longer granted counts for nothing. */
export function reportOn(roles: readonly PolicyHolder[], used: ReadonlySet<string>): PermissionReport {
  const granted = roles.flatMap(grantsOf);
  const unused = granted.filter((grant) => !used.has(grantText(grant)));
  const count = `${granted.length - unused.length} of ${granted.length} grants were used by the tests`;
  const listed = (grants: readonly Grant[]): string => grants.map((grant) => `  ${titleOf(grant)}\n`).join('');
  return {
    line: unused.length === 0 ? `${count}.` : `${count}; unused: ${unused.map(titleOf).join('; ')}.`,
    text: [
      'Grants: an action on a resource that the synthesised policies give a role.\n', `${count}.\n`,
      `\nUnused: take them from the role, or test what needs them\n${unused.length === 0 ? '  none\n' : listed(unused)}`,
      `\nUsed\n${listed(granted.filter((grant) => used.has(grantText(grant))))}`,
    ].join(''),
  };
}

export function writeReport(path: string, { text }: PermissionReport): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
