import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandsOf } from '../../console/pages/settings/commands.ts';
import { environments, type FunctionName } from '../../functions/environment.ts';
import { functionNames } from '../../infra/bundle.ts';
import { alarmingLines } from '../../infra/constructs/alarms.ts';
import { readConfig } from '../../infra/config.ts';
import { checkDefinition, readDefinition } from '../../infra/machine-definition.ts';
import { synthesise, type SynthOptions } from '../../infra/synth.ts';
import { matchesWildcard } from '../../local/iam/wildcard.ts';
import { openWorkshop, type Workshop } from './entries.ts';
import { ofType, readTemplate, statementsOf, text, type Template } from './template.ts';

let workshop: Workshop;
let options: SynthOptions & { readonly outdir: string };
let data: Template;
let service: Template;

beforeAll(async () => {
  workshop = openWorkshop();
  options = {
    config: readConfig(() => undefined, 'test'), entriesDir: workshop.entriesDir, outdir: join(workshop.dir, 'cdk.out'), bundleDir: join(workshop.dir, 'bundles'),
  };
  await synthesise(options);
  data = readTemplate(join(options.outdir, 'Data.template.json'));
  service = readTemplate(join(options.outdir, 'Service.template.json'));
});
afterAll(() => { workshop.remove(); });

/** Where the messages come from that alarms look for. */
const sources = readdirSync(join(import.meta.dirname, '../../core'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts')).map((path) => readFileSync(join(import.meta.dirname, '../../core', path), 'utf8'));

const pascal = (name: string): string => name.split('-').map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('');

function functionOf(name: FunctionName) {
  const found = [...ofType(data, 'AWS::Lambda::Function'), ...ofType(service, 'AWS::Lambda::Function')].filter(({ id }) => id.startsWith(`${pascal(name)}Function`));
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`The templates have ${found.length} functions ${name}.`);
  return only.properties;
}

describe('the output', () => {
  it('gives its organisation another name by the command that the console tells, which keeps every other parameter', () => {
    const { Parameters } = JSON.parse(readFileSync(join(options.outdir, 'Service.template.json'), 'utf8')) as { readonly Parameters: object };
    const { organisation } = commandsOf({ issuer: '', eventBus: 'wavecast-test', notificationTopic: '', linkGeneration: 1 });
    // CloudFormation takes a parameter back to its default unless it is told to keep it.
    for (const name of Object.keys(Parameters)) expect(organisation).toContain(`ParameterKey=${name},${name === 'Organisation' ? 'ParameterValue' : 'UsePreviousValue=true'}`);
  });

  it('is left alone while its inputs are the same', async () => {
    await expect(synthesise(options)).resolves.toMatchObject({ changed: false });
  });

  it('is made again where something else has written into it, as the CDK\'s tool does for another stage', async () => {
    const template = join(options.outdir, 'Service.template.json');
    const made = readFileSync(template, 'utf8');
    writeFileSync(template, made.replaceAll('wavecast-test', 'wavecast-production'));
    await expect(synthesise(options)).resolves.toMatchObject({ changed: true });
    expect(readFileSync(template, 'utf8')).toBe(made);
  });

  it('holds a bundle for every function, without source maps, and with one of them the files of the console', () => {
    const assets = readdirSync(options.outdir).filter((name) => name.startsWith('asset.'));
    expect(assets).toHaveLength(functionNames.length);
    const contents = assets.map((asset) => readdirSync(join(options.outdir, asset)).join(' '));
    expect(contents.toSorted()).toEqual([...Array<string>(functionNames.length - 1).fill('index.cjs'), 'index.cjs site']);
    // Nor what the build says of itself.
    const site = readdirSync(join(options.outdir, assets[contents.indexOf('index.cjs site')] ?? '', 'site'));
    expect(site).toEqual(['assets', 'index.html', 'mark.svg', 'robots.txt']);
  });
});

describe('every function', () => {
  it.each(functionNames)('%s gets exactly the variables that it reads', (name) => {
    const given = functionOf(name)['Environment'] as { readonly Variables: Readonly<Record<string, unknown>> } | undefined;
    expect(Object.keys(given?.Variables ?? {}).sort()).toEqual([...environments[name]].sort());
  });

  // By value: the right name with another table behind it would synthesise just as well.
  it.each([
    ['DEVICES_TABLE', 'TablesDevices'], ['INSTRUCTIONS_TABLE', 'TablesInstructions'], ['INVENTORY_TABLE', 'TablesInventory'], ['CATALOGUE_TABLE', 'TablesCatalogue'],
    ['PLANS_TABLE', 'TablesPlans'], ['AUDIT_TABLE', 'TablesAudit'], ['PACKAGES_BUCKET', 'BucketsPackages'], ['REPORTS_BUCKET', 'BucketsReports'],
    ['AUTHORITY_SECRET', 'SecretsAuthority'], ['PUSH_SECRET', 'SecretsPush'], ['LINK_SECRET', 'SecretsLink'], ['MANIFEST_SECRET', 'SecretsManifest'], ['LOGS_BUCKET', 'BucketsLogs'], ['CONSOLE_BUCKET', 'BucketsConsole'], ['GATE_ARN', 'EdgeClosed'], ['LINK_GENERATION', '^1$'], ['LINK_KEY_PAIR_ID', 'EdgePublicKey'], ['EDGE_URL', 'https://.*EdgeDistribution.*DomainName'],
    ['WAKE_QUEUE_URL', '"Ref":"QueuesWake[0-9A-F]{8}"'], ['API_URL', 'ApiHttp.*ApiEndpoint'], ['ORGANISATION', '"Ref":"Organisation"'], ['APNS_URL', '"Ref":"ApnsUrl"'],
    ['PLACEMENT_FUNCTION', 'PlacementFunction'], ['LAUNCH_FUNCTION', 'LaunchFunction'], ['VERIFY_FUNCTION', 'VerifyFunction'], ['STATE_MACHINE_ARN', ':states:.*:stateMachine:wavecast-test-windows'], ['SCHEDULE_GROUP', 'wavecast-test-windows'],
    ['SCHEDULE_ROLE_ARN', 'SchedulesWindowRole'], ['SCHEDULE_DEAD_LETTER_ARN', 'QueuesScheduleDeadLetters'], ['ISSUER_URL', 'SignInUsers.*ProviderURL'], ['CLI_CLIENT_ID', 'SignInCli'], ['SCOPE', 'wavecast/api'],
  ])('finds in %s what it says', (variable, expected) => {
    const readers = functionNames.filter((name) => environments[name].some((each) => each === variable));
    expect(readers).not.toEqual([]);
    for (const name of readers) {
      const { Variables } = functionOf(name)['Environment'] as { readonly Variables: Readonly<Record<string, unknown>> };
      expect(text(Variables[variable])).toMatch(new RegExp(expected));
    }
  });

  it.each(functionNames)('%s runs on Node 24 and arm64, under a role and a log of its own', (name) => {
    expect(functionOf(name)).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
    const others = functionNames.filter((other) => other !== name).map((other) => text(functionOf(other)['Role']));
    expect(others).not.toContain(text(functionOf(name)['Role']));
    expect(text(functionOf(name)['LoggingConfig'])).toContain(`${pascal(name)}Logs`);
  });

  it('answers before API Gateway gives up', () => {
    for (const name of ['enrol', 'scep', 'check-in', 'command', 'delivery', 'admin'] as const) expect(functionOf(name)['Timeout']).toBeLessThan(30);
  });
});

describe('permissions', () => {
  it('have a wildcard only where no resource has a name', () => {
    const wild = [...statementsOf(data), ...statementsOf(service)].filter(({ resource }) => resource.includes('*')).map(({ role, actions, resource }) => `${role}: ${actions.join(' ')} on ${/(?:[\w-]+\/)?\*(?:\/icon\*\.png)?$/.exec(resource)?.[0] ?? resource}`);
    expect(wild.sort()).toEqual([
      'AccessRole: s3:GetObject on edge/*',
      'AnnounceRole: dynamodb:ListStreams on *',
      'AdminRole: s3:GetObject on reports/*', 'AdminRole: s3:GetObject s3:PutObject s3:AbortMultipartUpload on exports/*',
      'AdminRole: s3:GetObject on packages/*/icon*.png',
      'AdminRole: s3:GetObject s3:PutObject s3:DeleteObject on incoming/*', 'AdminRole: s3:DeleteObject on packages/*',
      'CheckInRole: s3:PutObject on reports/*',
      'CommandRole: s3:PutObject on reports/*',
      'FileEventRole: s3:GetObject on incoming/*',
      'FileEventRole: s3:GetObject on packages/*',
      'JobRole: s3:GetObject s3:PutObject s3:AbortMultipartUpload on exports/*',
      'LaunchRole: scheduler:CreateSchedule on wavecast-test-windows/*',
      'PlacementRole: s3:GetObject on incoming/*',
      'PlacementRole: s3:GetObject s3:PutObject s3:AbortMultipartUpload on packages/*',
      'PublishConsoleRole: s3:PutObject on *',
      'SettleRole: dynamodb:ListStreams on *',
      'TurnRole: scheduler:CreateSchedule on wavecast-test-windows/*',
      'WindowsRole: logs:CreateLogDelivery logs:GetLogDelivery logs:UpdateLogDelivery logs:DeleteLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:DescribeResourcePolicies logs:DescribeLogGroups on *',
    ].sort());
  });

  it('name every action in full', () => {
    for (const { actions } of [...statementsOf(data), ...statementsOf(service)]) for (const action of actions) expect(action).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z]+$/);
  });

  it('pass the role of schedules to Scheduler and to nobody else', () => {
    const passing = statementsOf(service).filter(({ actions }) => actions.includes('iam:PassRole'));
    expect(passing.map(({ role }) => role).sort()).toEqual(['LaunchRole', 'TurnRole']);
    for (const { condition } of passing) expect(condition).toEqual({ StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } });
  });

  it('are taken up by one service each, for what it was made for, where the service says what that is', () => {
    const trusts = [data, service].flatMap((template) => ofType(template, 'AWS::IAM::Role')).map(({ id, properties }) => {
      const { Statement } = properties['AssumeRolePolicyDocument'] as { readonly Statement: readonly { readonly Effect: string; readonly Action: string; readonly Principal: unknown; readonly Condition?: unknown }[] };
      const [only] = Statement;
      expect(Statement).toEqual([expect.objectContaining({ Effect: 'Allow', Action: 'sts:AssumeRole' })]);
      return { role: id.replace(/[0-9A-F]{8}$/, ''), principal: text(only?.Principal), condition: text(only?.Condition ?? {}) };
    });
    const ofFunctions = trusts.filter(({ principal }) => principal === '{"Service":"lambda.amazonaws.com"}');
    // Lambda gives no source; a role is passed to it within its account only.
    expect(ofFunctions.map(({ role }) => role).sort()).toEqual(functionNames.map((name) => `${pascal(name)}Role`).sort());
    const others = trusts.filter((trust) => !ofFunctions.includes(trust));
    for (const { condition } of others) expect(condition).toContain('"aws:SourceAccount":{"Ref":"AWS::AccountId"}');
    expect(others.map(({ role, principal, condition }) => `${role} ${/"Service":"(\w+)/.exec(principal)?.[1] ?? ''} ${/:([\w-]+[:/][\w-]+)"\]\]\}/.exec(condition)?.[1] ?? ''}`).sort()).toEqual([
      'SchedulesSweepRole scheduler schedule-group/default', 'SchedulesWindowRole scheduler schedule-group/wavecast-test-windows', 'WindowsRole states stateMachine:wavecast-test-windows',
    ]);
  });

  it('let the alarms of this account publish, and nobody without TLS', () => {
    const policy = ofType(service, 'AWS::SNS::TopicPolicy').find(({ id }) => id.startsWith('Alarms'));
    const { Statement } = policy?.properties['PolicyDocument'] as { readonly Statement: readonly unknown[] };
    expect(Statement).toHaveLength(2);
    expect(Statement).toContainEqual(expect.objectContaining({ Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }));
    expect(Statement).toContainEqual(expect.objectContaining({ Effect: 'Allow', Action: 'sns:Publish', Principal: { Service: 'cloudwatch.amazonaws.com' } }));
    expect(text(Statement)).toMatch(/"StringEquals":\{"aws:SourceAccount":\{"Ref":"AWS::AccountId"\}\}.*:alarm:\*/);
  });

  it('let the rule of our bus publish what happens, no other of anybody\'s, and nobody without TLS', () => {
    const policy = ofType(service, 'AWS::SNS::TopicPolicy').find(({ id }) => id.startsWith('Notifications'));
    const { Statement } = policy?.properties['PolicyDocument'] as { readonly Statement: readonly unknown[] };
    expect(Statement).toHaveLength(2);
    expect(Statement).toContainEqual(expect.objectContaining({ Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }));
    expect(text(Statement)).toMatch(/"Allow","Principal":\{"Service":"events.amazonaws.com"\}/);
    expect(text(Statement)).toMatch(/"ArnEquals":\{"aws:SourceArn":\{"Fn::GetAtt":\["NotificationsRule/);
  });

  it('open no bucket to the world', () => {
    for (const { id, properties } of ofType(data, 'AWS::S3::Bucket')) {
      expect(properties['PublicAccessBlockConfiguration'], id).toEqual({ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true });
    }
    const allowed = ofType(data, 'AWS::S3::BucketPolicy').flatMap(({ properties }) => (properties['PolicyDocument'] as { readonly Statement: readonly { readonly Effect: string; readonly Principal: unknown; readonly Condition?: unknown }[] }).Statement).filter(({ Effect }) => Effect === 'Allow');
    for (const { Principal, Condition } of allowed) {
      expect(text(Principal)).toMatch(/^\{"Service":"(cloudfront|logging\.s3)\.amazonaws\.com"\}$/);
      expect(text(Condition)).toMatch(/SourceArn/i);
    }
    // Two distributions read a bucket each; three buckets have their access recorded.
    expect(allowed).toHaveLength(5);
  });

  it('reach no table that the function was not told of', () => {
    for (const name of functionNames) {
      const tables = new Set([...statementsOf(data), ...statementsOf(service)].filter(({ role }) => role === `${pascal(name)}Role`).flatMap(({ resource }) => /Tables(\w+?)[0-9A-F]{8}/.exec(resource)?.[1] ?? []));
      const told = environments[name].filter((variable) => variable.endsWith('_TABLE')).map((variable) => pascal(variable.replace('_TABLE', '').toLowerCase()));
      expect([...tables].filter((table) => !told.includes(table)), name).toEqual([]);
    }
  });
});

describe('the API', () => {
  const open = [
    'GET /enrol/{secret}', 'GET /enrol/{secret}/profile', 'GET /scep', 'POST /scep', 'PUT /mdm/check-in', 'PUT /mdm/command',
    'GET /d/{link}/manifest.plist', 'HEAD /d/{link}/manifest.plist', 'GET /v1/configuration', 'GET /v1/openapi.json', '$default',
  ];

  it('asks for a token with the scope on every route but the named ones', () => {
    const routes = ofType(service, 'AWS::ApiGatewayV2::Route').map(({ properties }) => properties);
    const needing = routes.filter((route) => route['AuthorizationType'] === 'JWT');
    expect(needing.map((route) => route['RouteKey']).sort()).toEqual(['DELETE', 'GET', 'PATCH', 'POST', 'PUT'].map((method) => `${method} /v1/{proxy+}`));
    for (const route of needing) expect(route['AuthorizationScopes']).toEqual(['wavecast/api']);
    expect(routes.filter((route) => route['AuthorizationType'] === 'NONE').map((route) => route['RouteKey']).sort()).toEqual([...open].sort());
  });

  it('may invoke the function of every route', () => {
    const permissions = ofType(service, 'AWS::Lambda::Permission').map(({ properties }) => ({ to: text(properties['FunctionName']), from: text(properties['SourceArn']), principal: properties['Principal'] }));
    const integrations = new Map(ofType(service, 'AWS::ApiGatewayV2::Integration').map(({ id, properties }) => [id, text(properties['IntegrationUri'])]));
    for (const { properties } of ofType(service, 'AWS::ApiGatewayV2::Route')) {
      const uri = integrations.get(/"Ref":"(\w+)"/.exec(text(properties['Target']))?.[1] ?? '') ?? '';
      const [method = '', path = ''] = String(properties['RouteKey']).split(' ');
      const source = `{"Ref":"ApiHttp"}/$default/${method}${path}`;
      const pattern = (from: string): string => from.replace(/^.*(?=\{"Ref":"ApiHttp)/, '').replace(/^\{"Ref":"ApiHttp[0-9A-F]{8}"\}/, '{"Ref":"ApiHttp"}');
      const allowed = permissions.filter(({ to, from, principal }) => principal === 'apigateway.amazonaws.com' && uri.includes(to) && matchesWildcard(pattern(from), source));
      expect(allowed, `${method} ${path}`).not.toEqual([]);
    }
  });

  it('takes the tokens of the pool\'s own clients', () => {
    const [authorizer] = ofType(service, 'AWS::ApiGatewayV2::Authorizer');
    expect(text(authorizer?.properties['JwtConfiguration'])).toMatch(/SignInCli.*SignInConsole.*Issuer.*ProviderURL/);
    expect(text(authorizer?.properties['JwtConfiguration'])).not.toContain('Automation');
  });

  it('writes neither paths nor queries into its log', () => {
    const [stage] = ofType(service, 'AWS::ApiGatewayV2::Stage');
    expect(text(stage?.properties['AccessLogSettings'])).not.toMatch(/context\.(path|http\.path)|querystring|rawQuery/i);
  });
});

describe('what must not be lost', () => {
  it('is retained', () => {
    const kept = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret', 'AWS::Cognito::UserPool'].flatMap((type) => ofType(data, type));
    expect(kept).toHaveLength(6 + 4 + 5 + 1);
    for (const { id, deletion, replacement } of kept) expect({ id, deletion, replacement }).toEqual({ id, deletion: 'Retain', replacement: 'Retain' });
  });

  it('is in a stack that cannot be deleted by mistake', () => {
    const manifest = JSON.parse(readFileSync(join(options.outdir, 'manifest.json'), 'utf8')) as { readonly artifacts: Readonly<Record<string, { readonly properties?: { readonly terminationProtection?: boolean } }>> };
    expect(manifest.artifacts['Data']?.properties?.terminationProtection).toBe(true);
  });

  it('can be read only with a signed link, where it is packages', () => {
    const edge = ofType(data, 'AWS::CloudFront::Distribution').find(({ id }) => id.startsWith('Edge'));
    expect(edge?.properties['DistributionConfig']).toMatchObject({ DefaultCacheBehavior: { AllowedMethods: ['GET', 'HEAD'], ViewerProtocolPolicy: 'https-only', TrustedKeyGroups: [{}] }, CustomErrorResponses: [{ ErrorCode: 403, ResponseCode: 404 }] });
    expect(text(edge?.properties['DistributionConfig'])).not.toContain('CacheBehaviors');
    const [key] = ofType(data, 'AWS::CloudFront::PublicKey');
    expect(text(key?.properties['PublicKeyConfig'])).toMatch(/EdgeKeyPair.*PublicKeyPem/);
  });

  it('starts without a secret in it', () => {
    for (const { properties } of ofType(data, 'AWS::SecretsManager::Secret')) expect(Object.keys(properties)).toEqual(['Description']);
  });
});

describe('the web console', () => {
  const site = () => ofType(data, 'AWS::CloudFront::Distribution').find(({ id }) => id.startsWith('Console'))?.properties['DistributionConfig'] as { readonly DefaultCacheBehavior: object; readonly CacheBehaviors: readonly object[] };
  const consoleAddress = /^https:\/\/\{"Fn::GetAtt":\["ConsoleDistribution[0-9A-F]+","DomainName"\]\}/;

  it('is served by TLS alone, from a bucket that nobody else reads', () => {
    for (const behaviour of [site().DefaultCacheBehavior, ...site().CacheBehaviors]) expect(behaviour).toMatchObject({ AllowedMethods: ['GET', 'HEAD'], ViewerProtocolPolicy: 'redirect-to-https', ResponseHeadersPolicyId: {} });
    expect(text(site())).toMatch(/BucketsConsole.*OriginAccessControlId/);
  });

  it('has a policy of headers without a word of what is unsafe, and of no other machine', () => {
    const policies = ofType(data, 'AWS::CloudFront::ResponseHeadersPolicy');
    expect(policies).toHaveLength(2);
    for (const { properties } of policies) {
      expect(properties['ResponseHeadersPolicyConfig']).toMatchObject({ SecurityHeadersConfig: { ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' https:; connect-src 'self' https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", Override: true } } });
    }
  });

  it('alone may ask the API and upload from its pages, and people come back to it from signing in', () => {
    const cors = (properties: unknown, of: string): unknown => Reflect.get(Object(properties), of);
    const [http] = ofType(service, 'AWS::ApiGatewayV2::Api');
    expect(text(cors(cors(http?.properties, 'CorsConfiguration'), 'AllowOrigins'))).toMatch(/^\["?.*https:\/\/.*ConsoleDistribution/);
    const buckets = ofType(data, 'AWS::S3::Bucket').filter(({ properties }) => 'CorsConfiguration' in properties);
    expect(buckets.map(({ id }) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(['BucketsPackages']);
    const client = ofType(data, 'AWS::Cognito::UserPoolClient').find(({ id }) => id.startsWith('SignInConsole'))?.properties;
    expect(text((client?.['CallbackURLs'] as readonly unknown[])[0])).toMatch(consoleAddress);
    expect(text((client?.['CallbackURLs'] as readonly unknown[])[0])).toMatch(/\/callback$/);
    expect(text((client?.['LogoutURLs'] as readonly unknown[])[0])).toMatch(/\/$/);
  });

  it('is published again when its files or its neighbours are others', () => {
    const [files] = ofType(service, 'Custom::ConsoleFiles');
    expect(Object.keys(files?.properties ?? {}).sort()).toEqual(['ApiUrl', 'ClientId', 'Files', 'Issuer', 'Scope', 'ServiceTimeout', 'ServiceToken', 'SignInUrl']);
    expect(files?.properties['Files']).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('the state machine of a window', () => {
  it('is one that the States Language allows', () => {
    expect(() => { checkDefinition(readDefinition(service.whole)); }).not.toThrow();
  });

  it('is refused when a state leads nowhere', () => {
    const definition = structuredClone(readDefinition(service.whole)) as { States: Record<string, { Next?: string }> };
    definition.States['Wait'] = { ...definition.States['Wait'], Next: 'Nowhere' };
    expect(() => { checkDefinition(definition); }).toThrow(/not valid.*Nowhere/);
  });

  it('stays below 25,000 events in the longest window, with a turn of looking only before each wave', () => {
    const { StartAt, States } = readDefinition(service.whole) as { readonly StartAt: string; readonly States: Readonly<Record<string, { readonly Type: string }>> };
    // entered, scheduled, started, succeeded, exited; entered, exited.
    const events = (state: string): number => (States[state]?.Type === 'Task' ? 5 : 2);
    const wave = events(StartAt) + events('What next') + events('Wait');
    const looking = events(StartAt) + events('What next');
    expect(wave).toBe(9);
    // 25 hours on the day on which clocks go back, a wave a minute; and the execution's own start and end.
    expect(1_500 * (wave + looking) + events('End') + 2).toBeLessThan(25_000);
    expect(Object.keys(States).sort()).toEqual(['End', 'Turn', 'Wait', 'What next']);
  });
});

describe('what feeds the functions', () => {
  it('gives only changes of waves to the settling of totals, and lets no batch block the stream', () => {
    const mapping = ofType(service, 'AWS::Lambda::EventSourceMapping').find(({ id }) => id.includes('SettleMapping'))?.properties;
    expect(mapping).toMatchObject({ BisectBatchOnFunctionError: true, MaximumRetryAttempts: 5, FunctionResponseTypes: ['ReportBatchItemFailures'], DestinationConfig: { OnFailure: {} } });
    expect(mapping?.['FilterCriteria']).toEqual({ Filters: [{ Pattern: JSON.stringify({ dynamodb: { Keys: { pk: { S: [{ prefix: 'wave#' }] } } } }) }] });
  });

  it('gives verdicts and changed plans to what tells of them, and none of the waves with their devices', () => {
    const mapping = ofType(service, 'AWS::Lambda::EventSourceMapping').find(({ id }) => id.includes('AnnounceMapping'))?.properties;
    expect(mapping).toMatchObject({ BisectBatchOnFunctionError: true, FunctionResponseTypes: ['ReportBatchItemFailures'], DestinationConfig: { OnFailure: {} } });
    const { Filters } = mapping?.['FilterCriteria'] as { readonly Filters: readonly { readonly Pattern: string }[] };
    expect(Filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown)).toEqual([
      { eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: 'verdict#' }] } } } },
      { eventName: ['MODIFY'], dynamodb: { Keys: { pk: { S: [{ prefix: 'plan#' }] }, sk: { S: ['plan'] } } } },
    ]);
  });

  it('sweeps every minute, one at a time, outside the group in which functions make schedules', () => {
    const [sweep] = ofType(service, 'AWS::Scheduler::Schedule');
    expect(sweep?.properties).toMatchObject({ ScheduleExpression: 'rate(1 minute)', GroupName: 'default' });
    expect(functionOf('sweep')['ReservedConcurrentExecutions']).toBe(1);
    // One that has used its time is over before the next is started.
    expect(functionOf('sweep')['Timeout']).toBeLessThan(60);
  });

  it('gives the waker no more at once than it may run', () => {
    const mapping = ofType(service, 'AWS::Lambda::EventSourceMapping').find(({ properties }) => properties['ScalingConfig'] !== undefined)?.properties;
    expect(mapping?.['ScalingConfig']).toEqual({ MaximumConcurrency: functionOf('waker')['ReservedConcurrentExecutions'] });
  });

  it('raises an alarm for every function of the service and every queue of dead letters, each with its section of the runbook', () => {
    const alarms = ofType(service, 'AWS::CloudWatch::Alarm');
    for (const name of functionNames.filter((each) => each !== 'signing-key')) expect(alarms.some(({ id }) => id.startsWith(`Alarms${pascal(name)}Errors`)), name).toBe(true);
    expect(alarms.filter(({ id }) => id.includes('DeadLetters'))).toHaveLength(5);
    for (const { by, message } of Object.values(alarmingLines)) {
      // What the filter looks for is what the code says, and by the function that is watched.
      const pattern = `{ $.message = "${message}" }`;
      const filters = ofType(service, 'AWS::Logs::MetricFilter').filter(({ properties }) => properties['FilterPattern'] === pattern);
      expect(filters.map(({ properties }) => text(properties['LogGroupName'])), message).toEqual([expect.stringContaining(`${pascal(by)}Logs`)]);
      expect(sources.some((source) => source.includes(`'${message}'`)), message).toBe(true);
    }
    for (const { properties } of alarms) expect(properties['AlarmDescription']).toMatch(/ What to do: docs\/operator-runbook\.md#[a-z-]+$/);
  });
});
