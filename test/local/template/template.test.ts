import { describe, expect, it } from 'vitest';
import type { CloudAssembly, TemplateDocument } from '../../../local/template/cloud-assembly.ts';
import { rolePolicies } from '../../../local/template/role-policies.ts';
import { resolveTemplate } from '../../../local/template/template.ts';

function assembly(...templates: readonly TemplateDocument[]): CloudAssembly {
  return { stacks: templates.map((template, index) => ({ stackName: `stack${index}`, template })), assetFolder: (key) => key };
}
const options = { account: '000000000000', region: 'eu-west-1', parameters: {}, attribute: () => undefined };
const table = { Type: 'AWS::DynamoDB::Table', Properties: {} };

describe('a template', () => {
  it('resolves names, ARNs, parameters and pseudo parameters', () => {
    const template = resolveTemplate(assembly({
      Parameters: { Url: { Default: 'https://default' }, Given: { Default: 'x' } },
      Resources: {
        Devices: table, Wake: { Type: 'AWS::SQS::Queue' }, Packages: { Type: 'AWS::S3::Bucket' },
        F: { Type: 'AWS::Lambda::Function', Properties: { A: { Ref: 'Devices' }, B: { 'Fn::GetAtt': ['Devices', 'Arn'] }, C: { Ref: 'Url' }, D: { Ref: 'Given' }, E: { 'Fn::Sub': 'x-${AWS::Region}-${Packages}-${Devices.Arn}' }, G: { 'Fn::Join': ['/', ['a', { Ref: 'Wake' }]] }, H: { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b'] }] } } },
      },
    }), { ...options, parameters: { Given: 'given' }, attribute: ({ type, name }, attribute) => (type === 'AWS::SQS::Queue' && attribute === 'Ref' ? `http://queue/${name}` : undefined) });
    expect(template.ofType('AWS::Lambda::Function')[0]?.properties).toEqual({
      A: 'Devices', B: 'arn:aws:dynamodb:eu-west-1:000000000000:table/Devices', C: 'https://default', D: 'given',
      E: 'x-eu-west-1-packages-arn:aws:dynamodb:eu-west-1:000000000000:table/Devices', G: 'a/http://queue/Wake', H: 'b',
    });
  });

  it('imports what another stack exports', () => {
    const template = resolveTemplate(assembly(
      { Resources: { Devices: table }, Outputs: { Out: { Value: { Ref: 'Devices' }, Export: { Name: 'data:Devices' } }, Shown: { Value: { 'Fn::GetAtt': ['Devices', 'Arn'] } } } },
      { Resources: { F: { Type: 'AWS::Lambda::Function', Properties: { T: { 'Fn::ImportValue': 'data:Devices' } } } } },
    ), options);
    expect(template.ofType('AWS::Lambda::Function')[0]?.properties).toEqual({ T: 'Devices' });
    expect(template.outputs()).toEqual({ Shown: 'arn:aws:dynamodb:eu-west-1:000000000000:table/Devices' });
  });

  it.each([
    [{ 'Fn::Cidr': ['10.0.0.0/16', 1] }, 'Fn::Cidr'],
    [{ 'Fn::GetAtt': ['Devices', 'Colour'] }, 'attribute Colour of Devices'],
    [{ Ref: 'Nobody' }, 'Nobody'],
    [{ 'Fn::ImportValue': 'nothing' }, 'nothing'],
  ])('says what it cannot resolve: %j', (value, words) => {
    const template = resolveTemplate(assembly({ Resources: { Devices: table, F: { Type: 'AWS::Lambda::Function', Properties: { value } } } }), options);
    const read = () => template.ofType('AWS::Lambda::Function')[0]?.properties;
    expect(read).toThrow(words);
    expect(read).toThrow('F, property value');
  });

  it('leaves out what has no value', () => {
    const template = resolveTemplate(assembly({ Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: { A: { Ref: 'AWS::NoValue' }, B: { C: { Ref: 'AWS::NoValue' }, D: ['x', { Ref: 'AWS::NoValue' }] } } } } }), options);
    expect(template.ofType('AWS::SQS::Queue')[0]?.properties).toEqual({ B: { D: ['x'] } });
  });

  it('gathers the policies of a role, wherever they are written', () => {
    const document = (action: string): unknown => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
    const template = resolveTemplate(assembly({
      Resources: {
        Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyName: 'inline', PolicyDocument: document('a:A') }], ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'] } },
        Attached: { Type: 'AWS::IAM::Policy', Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: document('b:B') } },
      },
    }), options);
    expect(rolePolicies(template).get('Role')?.map(({ name }) => name)).toEqual(['inline', 'service-role/AWSLambdaBasicExecutionRole', 'Attached']);
  });
});
