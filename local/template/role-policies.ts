/** The identity policies of every role in the templates: inline, attached, and the few managed ones that CDK uses. */
import type { Policy } from '../iam/policy.ts';
import type { CloudResource, CloudTemplate } from './template.ts';

const managed: Readonly<Record<string, Policy>> = {
  'service-role/AWSLambdaBasicExecutionRole': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' }] },
};

/** Policies by role name. Throws for a managed policy that is not known here. */
export function rolePolicies(template: CloudTemplate): ReadonlyMap<string, readonly Policy[]> {
  const policies = new Map<string, Policy[]>();
  for (const role of template.ofType('AWS::IAM::Role')) policies.set(role.name, [...inline(role), ...attachedManaged(role)]);
  for (const resource of template.ofType('AWS::IAM::Policy')) {
    const { Roles, PolicyDocument } = resource.properties;
    for (const name of Array.isArray(Roles) ? Roles.map(String) : []) policies.get(name)?.push(named(resource.logicalId, PolicyDocument));
  }
  return policies;
}

function inline(role: CloudResource): readonly Policy[] {
  const list = role.properties['Policies'];
  return (Array.isArray(list) ? (list as readonly { PolicyName: string; PolicyDocument: unknown }[]) : []).map(({ PolicyName, PolicyDocument }) => named(PolicyName, PolicyDocument));
}

function attachedManaged(role: CloudResource): readonly Policy[] {
  const arns = role.properties['ManagedPolicyArns'];
  return (Array.isArray(arns) ? arns.map(String) : []).map((arn) => {
    const name = arn.split(':policy/')[1] ?? '';
    const policy = managed[name];
    if (policy === undefined) throw new Error(`The role ${role.logicalId} has the managed policy ${name}, which the local cloud does not know.`);
    return { ...policy, name };
  });
}

function named(name: string, document: unknown): Policy {
  return { ...(document as Policy), name };
}
