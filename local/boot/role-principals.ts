/** Access keys for every role of the template, and the developer's own: made once, kept with the state. */
import { randomBytes } from 'node:crypto';
import type { Principal } from '../aws/service.ts';
import type { StateStore } from '../state-store.ts';
import { rolePolicies } from '../template/role-policies.ts';
import type { CloudTemplate } from '../template/template.ts';

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const DOCUMENT = 'access-keys';
export const DEVELOPER = 'developer';

/** By role name; the developer, who may do everything, under `developer`. */
export function makePrincipals(template: CloudTemplate, store: StateStore): ReadonlyMap<string, Principal> {
  const kept = store.load<Record<string, Keys>>(DOCUMENT) ?? {};
  const policies = rolePolicies(template);
  const keys = Object.fromEntries([DEVELOPER, ...policies.keys()].map((name) => [name, kept[name] ?? newKeys(name === DEVELOPER)]));
  store.save(DOCUMENT, keys);
  return new Map(Object.entries(keys).map(([name, own]) => [name, { name, ...own, policies: name === DEVELOPER ? 'all' : (policies.get(name) ?? []) }]));
}

/** As AWS shapes them: long-term keys for a person, temporary ones with a session token for a role. */
function newKeys(person: boolean): Keys {
  const id = randomBytes(8).toString('hex').toUpperCase();
  const secretAccessKey = randomBytes(30).toString('base64');
  return person ? { accessKeyId: `AKIA${id}`, secretAccessKey } : { accessKeyId: `ASIA${id}`, secretAccessKey, sessionToken: randomBytes(48).toString('base64') };
}
