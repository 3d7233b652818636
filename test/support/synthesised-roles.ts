/** The roles of the synthesised template with their policies, as a boot would have them, without one. */
import { join } from 'node:path';
import { PLACE } from '../../local/boot.ts';
import { TemplateAttributes } from '../../local/boot/template-attributes.ts';
import type { Grant } from '../../local/iam/grants.ts';
import type { PolicyHolder } from '../../local/iam/policy.ts';
import { readCloudAssembly } from '../../local/template/cloud-assembly.ts';
import { rolePolicies } from '../../local/template/role-policies.ts';
import { resolveTemplate, type CloudTemplate } from '../../local/template/template.ts';

/** Addresses are in no policy: any ports will do. */
const ports = { api: 1, aws: 2, edge: 3, console: 0, apns: 4, courier: 5, clock: 6 };

export function synthesisedTemplate(): CloudTemplate {
  const attributes = new TemplateAttributes(ports, PLACE.account);
  return resolveTemplate(readCloudAssembly(join(import.meta.dirname, '..', '..', 'cdk.out')), { ...PLACE, parameters: {}, attribute: (resource, name) => attributes.of(resource, name) });
}

export function synthesisedRoles(): readonly PolicyHolder[] {
  return [...rolePolicies(synthesisedTemplate())].map(([name, policies]) => ({ name, policies }));
}

/** `CheckIn`: a role's name without what the CDK adds to it. */
export function shortRole(principal: string): string {
  return principal.replace(/Role[0-9A-F]{8}$/, '');
}

/** `CheckIn: dynamodb:Query on TablesInstructions/index/byDevice`. */
export function titleOf({ principal, action, resource }: Grant): string {
  const named = resource === '*' ? '*' : resource.split(':').slice(5).join(':').replace(/^(table|function|role|secret|stateMachine|log-group|schedule)[/:]/, '');
  return `${shortRole(principal)}: ${action} on ${named.replaceAll(/[0-9A-Fa-f]{8}(?=$|[^0-9A-Za-z])/g, '')}`;
}
