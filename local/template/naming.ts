/** Physical names and ARNs of resources, in AWS's shapes, for the account and region of the local cloud. */

import { suffixedName } from '../secrets/store.ts';

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** Properties that name a resource, by type; without one it is called by its logical id. */
const nameProperties: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
  'AWS::Scheduler::ScheduleGroup': 'Name',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::Events::Rule': 'Name',
  'AWS::Events::EventBus': 'Name',
};

/** The name that the resource has, given what its property resolves to. */
export function physicalName(type: string, logicalId: string, property: unknown): string {
  const name = typeof property === 'string' ? property : logicalId;
  // Bucket names have no capitals.
  return type === 'AWS::S3::Bucket' ? name.toLowerCase() : name;
}

export function nameProperty(type: string): string | undefined {
  return nameProperties[type];
}

/** Types whose `Ref` is the ARN; of queues it is the URL, of others the name. */
const refIsArn = new Set(['AWS::StepFunctions::StateMachine', 'AWS::SecretsManager::Secret', 'AWS::SNS::Topic']);

export function refersByArn(type: string): boolean {
  return refIsArn.has(type);
}

const arnForms: Readonly<Record<string, (name: string, place: Place) => string>> = {
  'AWS::DynamoDB::Table': (name, place) => regional('dynamodb', `table/${name}`, place),
  'AWS::DynamoDB::GlobalTable': (name, place) => regional('dynamodb', `table/${name}`, place),
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::Lambda::Function': (name, place) => regional('lambda', `function:${name}`, place),
  'AWS::SQS::Queue': (name, place) => regional('sqs', name, place),
  'AWS::SecretsManager::Secret': (name, place) => regional('secretsmanager', `secret:${suffixedName(name)}`, place),
  'AWS::StepFunctions::StateMachine': (name, place) => regional('states', `stateMachine:${name}`, place),
  'AWS::Scheduler::ScheduleGroup': (name, place) => regional('scheduler', `schedule-group/${name}`, place),
  'AWS::SNS::Topic': (name, place) => regional('sns', name, place),
  'AWS::IAM::Role': (name, { account }) => `arn:aws:iam::${account}:role/${name}`,
  'AWS::Logs::LogGroup': (name, place) => regional('logs', `log-group:${name}:*`, place),
  'AWS::Events::Rule': (name, place) => regional('events', `rule/${name}`, place),
  'AWS::Events::EventBus': (name, place) => regional('events', `event-bus/${name}`, place),
  'AWS::Cognito::UserPool': (name, place) => regional('cognito-idp', `userpool/${name}`, place),
  'AWS::CloudFront::KeyValueStore': (name, { account }) => `arn:aws:cloudfront::${account}:key-value-store/${name}`,
  'AWS::CloudFront::Function': (name, { account }) => `arn:aws:cloudfront::${account}:function/${name}`,
  'AWS::CloudFront::Distribution': (name, { account }) => `arn:aws:cloudfront::${account}:distribution/${name}`,
};

/** Undefined for types that have no ARN here. */
export function arnOf(type: string, name: string, place: Place): string | undefined {
  return arnForms[type]?.(name, place);
}

function regional(service: string, resource: string, { account, region }: Place): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}
