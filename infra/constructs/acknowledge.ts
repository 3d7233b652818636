import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Findings that stand, each with its reason, at the narrowest construct that they concern. */
export function acknowledge(construct: IConstruct, findings: Readonly<Record<string, string>>): void {
  Validations.of(construct).acknowledge(...Object.entries(findings).map(([id, reason]) => ({ id, reason })));
}

/** Resources of a policy with a wildcard in them, each named in full: another one is a finding again. */
export function acknowledgeWildcards(construct: IConstruct, resources: readonly string[], reason: string): void {
  for (const resource of resources) acknowledge(construct, { [`AwsSolutions-IAM5[Resource::${flatten(Stack.of(construct).resolve(resource))}]`]: reason });
}

/** References as cdk-nag writes them in the ids of its findings. */
function flatten(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument] = ['', undefined]] = Object.entries(value);
  if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) return argument[1].map(flatten).join(String(argument[0]));
  if (name === 'Ref') return `<${String(argument)}>`;
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) return `<${argument.join('.')}>`;
  if (name === 'Fn::ImportValue') return flatten(argument);
  throw new Error(`A permission's resource holds ${name}, which cannot be named in a finding.`);
}
