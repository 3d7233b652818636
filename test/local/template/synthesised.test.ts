import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TemplateAttributes } from '../../../local/boot/template-attributes.ts';
import { readCloudAssembly } from '../../../local/template/cloud-assembly.ts';
import { rolePolicies } from '../../../local/template/role-policies.ts';
import { resolveTemplate } from '../../../local/template/template.ts';

/** The template that goes to AWS, as `npm run synth` left it. */
const assembly = readCloudAssembly('cdk.out');
const place = { account: '000000000000', region: 'eu-west-1' };
const ports = { api: 1, aws: 2, edge: 3, console: 0, apns: 4, courier: 5, clock: 6 };
const attributes = new TemplateAttributes(ports, place.account);
const template = resolveTemplate(assembly, { ...place, parameters: { ApnsUrl: 'https://localhost:4' }, attribute: (resource, name) => attributes.of(resource, name) });

/** Every text in a value, however deep. */
function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

describe('the synthesised template', () => {
  it.each(template.resources.map((resource) => [`${resource.type} ${resource.logicalId}`, resource] as const))('resolves whole: %s', (_, { properties }) => {
    expect(JSON.stringify(properties)).not.toMatch(/"(Ref|Fn::[A-Za-z]+)":|undefined/);
  });

  it('names the data stack\'s resources before those that use them', () => {
    expect(assembly.stacks.map(({ stackName }) => stackName)).toEqual(['Wavecast-local-Data', 'Wavecast-local-Service']);
  });

  it('has a bundle and a role with policies for every function', () => {
    const policies = rolePolicies(template);
    const functions = template.ofType('AWS::Lambda::Function');
    expect(functions.length).toBeGreaterThan(10);
    for (const { properties } of functions) {
      const key = Reflect.get(properties['Code'] as object, 'S3Key') as string;
      expect(statSync(`${assembly.assetFolder(key)}/index.cjs`).size).toBeGreaterThan(1000);
      expect(policies.get(String(properties['Role']).split('/').at(-1) ?? '')?.length).toBeGreaterThan(0);
    }
  });

  it('gives functions this machine\'s addresses and nothing of AWS', () => {
    const environments = template.ofType('AWS::Lambda::Function').flatMap(({ properties }) => texts(properties['Environment']));
    expect(environments).toContain('http://127.0.0.1:1');
    expect(environments).toContain('https://localhost:3');
    expect(environments).toContain('https://localhost:4');
    expect(environments.filter((text) => text.includes('amazonaws.com') || text.includes('${'))).toEqual([]);
  });
});
