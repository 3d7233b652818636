/**
 * What each function may do: one row per resource and no wildcard where a resource has a name. The local cloud evaluates
 * these very statements at every call, denies what is missing and reports what is never used.
 */
import { Aws } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { FunctionName } from '../../functions/environment.ts';
import type { SecretRef, Secrets } from './secrets.ts';
import type { Tables } from './tables.ts';

export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why a resource has a wildcard; without it the wildcard is a finding. */
  readonly wildcard?: string;
}

/** What permissions name. ARNs that are texts are made from names, so that roles do not wait for what uses them. */
export interface Estate {
  readonly tables: Tables;
  readonly packagesArn: string;
  readonly consoleArn: string;
  readonly reportsArn: string;
  readonly logsArn: string;
  readonly secrets: Secrets;
  readonly wakeQueueArn: string;
  readonly settleDeadLetterArn: string;
  readonly announceDeadLetterArn: string;
  readonly busArn: string;
  readonly machineArn: string;
  readonly scheduleGroup: string;
  readonly scheduleRoleArn: string;
  readonly placementArn: string;
  readonly launchArn: string;
  readonly jobArn: string;
  readonly verifyArn: string;
  readonly gateArn: string;
}

type DynamoAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'BatchWriteItem';

/** The permissions of every function but `signing-key`, which lives with the secret that it fills. */
export function permissionsOf(estate: Estate): Readonly<Record<Exclude<FunctionName, 'signing-key'>, readonly Permission[]>> {
  const { devices, instructions, inventory, catalogue, plans, audit } = estate.tables;
  const { packagesArn, reportsArn } = estate;
  const { authority, push, profile, link, manifest } = estate.secrets;
  const gate = allow(['cloudfront-keyvaluestore:DescribeKeyValueStore', 'cloudfront-keyvaluestore:PutKey', 'cloudfront-keyvaluestore:DeleteKey'], estate.gateArn);
  const wake = allow(['sqs:SendMessage'], estate.wakeQueueArn);
  const tell = allow(['events:PutEvents'], estate.busArn);
  const startRun = allow(['states:StartExecution'], estate.machineArn);
  const scheduleRun = [
    {
      ...allow(['scheduler:CreateSchedule'], `arn:${Aws.PARTITION}:scheduler:${Aws.REGION}:${Aws.ACCOUNT_ID}:schedule/${estate.scheduleGroup}/*`),
      wildcard: 'Schedules are named after runs; the group holds nothing else.',
    },
    { ...allow(['iam:PassRole'], estate.scheduleRoleArn), conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } } },
  ];
  return {
    enrol: [
      table(devices, 'GetItem', 'PutItem'),
      secret(authority, 'Get', 'Put'),
      secret(profile, 'Get'),
    ],
    scep: [
      table(devices, 'GetItem', 'PutItem', 'UpdateItem'),
      secret(authority, 'Get'),
    ],
    'check-in': [
      table(devices, 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
      table(instructions, 'GetItem', 'BatchGetItem', 'UpdateItem', 'BatchWriteItem'),
      index(instructions, 'byDevice'),
      table(inventory, 'GetItem', 'UpdateItem'),
      files(reportsArn, 'reports', 'PutObject'),
      wake,
    ],
    command: [
      table(devices, 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
      table(instructions, 'GetItem', 'BatchGetItem', 'UpdateItem', 'BatchWriteItem'),
      table(inventory, 'GetItem', 'BatchGetItem', 'UpdateItem'),
      table(catalogue, 'GetItem'),
      table(plans, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'),
      secret(manifest, 'Get'),
      secret(profile, 'Get'),
      files(reportsArn, 'reports', 'PutObject'),
      wake,
    ],
    delivery: [
      table(devices, 'GetItem'),
      table(instructions, 'GetItem'),
      // Anybody may call it, so that it may write one thing: when a device first fetched its manifest (docs/decisions/0010).
      { ...table(instructions, 'UpdateItem'), conditions: { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'manifestAt'] } } },
      table(catalogue, 'GetItem'),
      secret(link, 'Get'),
      secret(manifest, 'Get'),
    ],
    access: [
      table(devices, 'BatchWriteItem'),
      table(instructions, 'BatchGetItem', 'UpdateItem'),
      files(estate.logsArn, 'edge', 'GetObject'),
    ],
    admin: [
      table(devices, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
      index(devices, 'byBranch'),
      index(devices, 'bySearch'),
      table(instructions, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'BatchWriteItem'),
      index(instructions, 'byDevice'),
      table(inventory, 'BatchGetItem', 'Query'),
      table(catalogue, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
      table(plans, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
      index(plans, 'listing'),
      table(audit, 'Query', 'PutItem'),
      // Who withdraws a version removes its files: those that are its own, which are looked at before.
      files(packagesArn, 'incoming', 'GetObject', 'PutObject', 'DeleteObject'),
      files(packagesArn, 'packages', 'DeleteObject'),
      allow(['s3:ListBucket'], packagesArn),
      { ...allow(['s3:GetObject'], `${packagesArn}/packages/*/icon*.png`), wildcard: 'The icons of all versions, and no package.' },
      files(reportsArn, 'reports', 'GetObject'),
      files(reportsArn, 'exports', 'GetObject', 'PutObject', 'AbortMultipartUpload'),
      secret(authority, 'Get', 'Put'),
      secret(push, 'Put'),
      secret(profile, 'Get', 'Put'),
      allow(['lambda:InvokeFunction'], estate.placementArn),
      allow(['lambda:InvokeFunction'], estate.launchArn),
      allow(['lambda:InvokeFunction'], estate.jobArn),
      gate,
      wake,
    ],
    placement: [
      table(catalogue, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
      table(instructions, 'BatchWriteItem'),
      files(packagesArn, 'incoming', 'GetObject'),
      files(packagesArn, 'packages', 'GetObject', 'PutObject', 'AbortMultipartUpload'),
      // Without it S3 says "forbidden" where nothing is, instead of "not found".
      allow(['s3:ListBucket'], packagesArn),
      secret(manifest, 'Get'),
      gate,
      allow(['lambda:InvokeFunction'], estate.verifyArn),
    ],
    // It sees what the world sees, and has no other rights than the world.
    verify: [],
    'publish-console': [{ ...allow(['s3:PutObject'], `${estate.consoleArn}/*`), wildcard: 'It writes every file of the console; the bucket holds nothing else.' }],
    'file-event': [
      table(catalogue, 'GetItem', 'PutItem', 'UpdateItem'),
      files(packagesArn, 'incoming', 'GetObject'),
      files(packagesArn, 'packages', 'GetObject'),
      allow(['s3:ListBucket'], packagesArn),
      allow(['lambda:InvokeFunction'], estate.placementArn),
    ],
    job: [
      table(devices, 'GetItem', 'BatchGetItem', 'Query'),
      index(devices, 'byBranch'),
      table(plans, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
      index(plans, 'listing'),
      table(instructions, 'BatchGetItem', 'Query'),
      index(instructions, 'byDevice'),
      table(inventory, 'BatchGetItem'),
      table(catalogue, 'GetItem'),
      files(reportsArn, 'exports', 'GetObject', 'PutObject', 'AbortMultipartUpload'),
      // The next slice of the same job.
      allow(['lambda:InvokeFunction'], estate.jobArn),
    ],
    launch: [
      table(devices, 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem'),
      table(plans, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'BatchWriteItem'),
      table(instructions, 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'BatchWriteItem'),
      index(instructions, 'byDevice'),
      table(catalogue, 'GetItem'),
      table(audit, 'PutItem'),
      wake,
      ...scheduleRun,
    ],
    turn: [
      table(devices, 'BatchGetItem', 'PutItem'),
      index(devices, 'byBranch'),
      table(plans, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
      table(instructions, 'BatchGetItem', 'PutItem', 'BatchWriteItem'),
      index(instructions, 'byDevice'),
      table(inventory, 'BatchGetItem'),
      table(catalogue, 'GetItem'),
      wake,
      ...scheduleRun,
    ],
    waker: [
      table(devices, 'BatchGetItem', 'UpdateItem'),
      table(plans, 'PutItem'),
      secret(push, 'Get'),
      allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], estate.wakeQueueArn),
      wake,
    ],
    settle: [
      table(instructions, 'Query'),
      table(plans, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
      table(catalogue, 'GetItem', 'UpdateItem'),
      allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], streamOf(instructions)),
      { ...allow(['dynamodb:ListStreams'], '*'), wildcard: 'Lambda asks for it, and it knows no resources.' },
      wake,
      allow(['sqs:SendMessage'], estate.settleDeadLetterArn),
    ],
    announce: [
      table(plans, 'GetItem', 'BatchGetItem', 'Query'),
      allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], streamOf(plans)),
      { ...allow(['dynamodb:ListStreams'], '*'), wildcard: 'Lambda asks for it, and it knows no resources.' },
      allow(['sqs:SendMessage'], estate.announceDeadLetterArn),
      tell,
    ],
    sweep: [
      tell,
      table(devices, 'GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem'),
      table(instructions, 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
      table(plans, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'BatchWriteItem'),
      table(catalogue, 'GetItem'),
      wake,
      startRun,
      allow(['lambda:InvokeFunction'], estate.launchArn),
    ],
  };
}

/** Keys are made once and kept: it reads before it writes. */
export function signingKeyPermissions({ link, manifest }: Pick<Secrets, 'link' | 'manifest'>): readonly Permission[] {
  return [secret(link, 'Get', 'Put'), secret(manifest, 'Get', 'Put')];
}

function allow(actions: readonly string[], resource: string): Permission {
  return { actions, resources: [resource] };
}

/** Items of the table itself. A transaction needs the actions of its parts. */
function table({ tableArn }: Table, ...actions: readonly DynamoAction[]): Permission {
  return allow(actions.map((action) => `dynamodb:${action}`), tableArn);
}

function index({ tableArn }: Table, name: string): Permission {
  return allow(['dynamodb:Query'], `${tableArn}/index/${name}`);
}

/** Files in one folder of a bucket. */
function files(bucketArn: string, folder: 'incoming' | 'packages' | 'reports' | 'exports' | 'edge', ...actions: readonly ('GetObject' | 'PutObject' | 'DeleteObject' | 'AbortMultipartUpload')[]): Permission {
  return { ...allow(actions.map((action) => `s3:${action}`), `${bucketArn}/${folder}/*`), wildcard: `The files of the folder ${folder}.` };
}

function secret({ arn }: SecretRef, ...actions: readonly ('Get' | 'Put')[]): Permission {
  return allow(actions.map((action) => `secretsmanager:${action}SecretValue`), arn);
}

function streamOf({ tableStreamArn }: Table): string {
  if (tableStreamArn === undefined) throw new Error('The table has no stream.');
  return tableStreamArn;
}
