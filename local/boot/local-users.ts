/** Local users: one per group of the user pool, called like it, with a password made at the first boot. */
import { randomBytes } from 'node:crypto';
import type { StateStore } from '../state-store.ts';

const DOCUMENT = 'passwords';

export function localPasswords(store: StateStore, groups: readonly string[]): Readonly<Record<string, string>> {
  const kept = store.load<Record<string, string>>(DOCUMENT) ?? {};
  const passwords = Object.fromEntries(groups.map((group) => [group, kept[group] ?? randomBytes(9).toString('base64url')]));
  store.save(DOCUMENT, passwords);
  return passwords;
}
