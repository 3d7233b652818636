import { describe, expect, it } from 'vitest';
import { PLACE } from '../../../local/boot.ts';
import { ServiceDuties } from '../../../local/boot/service-duties.ts';
import type { Principal } from '../../../local/aws/service.ts';
import { Authority } from '../../../local/iam/authority.ts';
import { grantsOf, type Grant } from '../../../local/iam/grants.ts';
import { shortRole, synthesisedRoles, synthesisedTemplate } from '../../support/synthesised-roles.ts';

const roles = synthesisedRoles();
const template = synthesisedTemplate();

function world(): { readonly duties: ServiceDuties; readonly authority: Authority; readonly errors: unknown[] } {
  const authority = new Authority();
  const errors: unknown[] = [];
  const nothing = (): void => undefined;
  const principals = new Map(roles.map((role): [string, Principal] => [role.name, { ...role, accessKeyId: role.name, secretAccessKey: '' }]));
  const log = { debug: nothing, info: nothing, warn: nothing, error: (_: string, fields: unknown): void => { errors.push(fields); } };
  return { authority, errors, duties: new ServiceDuties({ template, place: PLACE, principals, authority, log }) };
}

function grant(role: string, action: string): Grant {
  const found = roles.flatMap(grantsOf).find((each) => shortRole(each.principal) === role && each.action === action);
  if (found === undefined) throw new Error(`${role} is not granted ${action}.`);
  return found;
}

const functionName = (beginning: string): string => template.ofType('AWS::Lambda::Function').find(({ logicalId }) => logicalId.startsWith(beginning))?.name ?? '';

describe('what AWS does in the name of a role', () => {
  it('is allowed by the synthesised template', () => {
    const { duties, errors } = world();
    expect(() => { duties.checkDeployment(); }).not.toThrow();
    expect(errors).toEqual([]);
  });

  it.each([
    ['Waker', 'sqs:ReceiveMessage'], ['Waker', 'sqs:DeleteMessage'], ['Waker', 'sqs:GetQueueAttributes'],
    ['Settle', 'dynamodb:GetRecords'], ['Settle', 'dynamodb:DescribeStream'], ['Settle', 'dynamodb:GetShardIterator'], ['Settle', 'dynamodb:ListStreams'],
    ['Windows', 'logs:CreateLogDelivery'], ['Windows', 'logs:PutResourcePolicy'],
  ])('keeps the deployment from failing: %s needs %s', (role, action) => {
    const { duties, authority } = world();
    authority.withdraw(grant(role, action));
    expect(() => { duties.checkDeployment(); }).toThrow(new RegExp(`^AWS would refuse to deploy this: ${role}Role\\w+ lacks ${action} on `));
  });

  it('is refused without its permission, and said once until it is allowed again', () => {
    const { duties, authority, errors } = world();
    const need = grant('Settle', 'sqs:SendMessage');
    const may = () => duties.mayFor(functionName('Settle'), { action: need.action, resource: need.resource });
    const giveBack = authority.withdraw(need);
    expect([may(), may()]).toEqual([false, false]);
    expect(errors).toEqual([{ role: need.principal, action: 'sqs:SendMessage', resource: need.resource }]);
    giveBack();
    expect(may()).toBe(true);
    authority.withdraw(need);
    expect(may()).toBe(false);
    expect(errors).toHaveLength(2);
  });

  it.each(['logs:CreateLogStream', 'logs:PutLogEvents'])('writes no log without %s', (action) => {
    const { duties, authority } = world();
    const lines: string[] = [];
    const log = duties.logTo((_, text) => { lines.push(text); });
    log(functionName('Turn'), 'before');
    authority.withdraw(grant('Turn', action));
    log(functionName('Turn'), 'after');
    log(functionName('Sweep'), 'of another function');
    expect(lines).toEqual(['before', 'of another function']);
  });
});
