/** What can be made again at any time: functions, API, state machine, schedules, queues, alarms. */
import { Aws, CfnOutput, CfnParameter, CustomResource, Duration, FileSystem, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { join } from 'node:path';
import type { EnvironmentOf, FunctionName } from '../functions/environment.ts';
import type { Config } from './config.ts';
import { Alarms } from './constructs/alarms.ts';
import { Api } from './constructs/api.ts';
import { FileEvents } from './constructs/file-events.ts';
import { defineFunction, permit, type FunctionHome, type FunctionSize } from './constructs/function.ts';
import { permissionsOf } from './constructs/permissions.ts';
import { Notifications } from './constructs/notifications.ts';
import { Queues, WAKERS } from './constructs/queues.ts';
import { Schedules } from './constructs/schedules.ts';
import { API_SCOPE } from './constructs/sign-in.ts';
import { WindowMachine } from './constructs/window-machine.ts';
import type { DataStack } from './data-stack.ts';

export interface ServiceStackProps extends StackProps {
  readonly config: Config;
  readonly home: FunctionHome;
  readonly data: DataStack;
}

type ServiceFunction = Exclude<FunctionName, 'signing-key'>;

/** Nobody waits for their answer: what they fail at three times is kept. */
const inBackground: ReadonlySet<FunctionName> = new Set(['placement', 'launch', 'job', 'file-event', 'access']);
const WAKER_SECONDS = 60;
/** Answers to people and devices come well within API Gateway's 30 seconds. */
const answering: FunctionSize = { memory: 1024, seconds: 29 };

export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, { config, home, data, ...props }: ServiceStackProps) {
    super(scope, id, props);
    const organisation = new CfnParameter(this, 'Organisation', { default: config.organisation, description: "Shown to the users of devices", minLength: 1, maxLength: 100 });
    const apnsUrl = new CfnParameter(this, 'ApnsUrl', { default: config.apnsUrl, description: 'Where pushes go', allowedPattern: 'https://[^/?#]+' });

    const name = `wavecast-${config.stage}-windows`;
    const machineArn = `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:stateMachine:${name}`;
    const api = new Api(this, 'Api', config, data.console.url);
    const notifications = new Notifications(this, 'Notifications', { busName: `wavecast-${config.stage}` });
    const queues = new Queues(this, 'Queues', { wakerSeconds: WAKER_SECONDS });
    const schedules = new Schedules(this, 'Schedules', { groupName: name, machineArn, deadLetters: queues.dead.schedule });

    const { tables, buckets, secrets, signIn, edge } = data;
    const DEVICES_TABLE = tables.devices.tableName;
    const INSTRUCTIONS_TABLE = tables.instructions.tableName;
    const INVENTORY_TABLE = tables.inventory.tableName;
    const CATALOGUE_TABLE = tables.catalogue.tableName;
    const PLANS_TABLE = tables.plans.tableName;
    const PACKAGES_BUCKET = buckets.packages.bucketName;
    const REPORTS_BUCKET = buckets.reports.bucketName;
    const AUTHORITY_SECRET = secrets.authority.arn;
    const PUSH_SECRET = secrets.push.arn;
    const LINK_SECRET = secrets.link.arn;
    const MANIFEST_SECRET = secrets.manifest.arn;
    const WAKE_QUEUE_URL = queues.wake.queueUrl;
    const PROFILE_SECRET = secrets.profile.arn;
    const EVENT_BUS = notifications.bus.eventBusName;
    const API_URL = api.url;
    const MDM_URL = api.mdmUrl;
    const ORGANISATION = organisation.valueAsString;
    const LINK_GENERATION = String(config.linkKeys);
    const links = { LINK_SECRET, LINK_GENERATION, LINK_KEY_PAIR_ID: edge.keyPairId, EDGE_URL: edge.url };
    const windows = {
      STATE_MACHINE_ARN: machineArn, SCHEDULE_GROUP: schedules.group, SCHEDULE_ROLE_ARN: schedules.windowRole.roleArn,
      SCHEDULE_DEAD_LETTER_ARN: queues.dead.schedule.queueArn,
    };
    const define = <F extends ServiceFunction>(of: F, size: FunctionSize, environment: EnvironmentOf<F>, functionName?: string): LambdaFunction =>
      defineFunction<F>(this, { name: of, home, size, environment, ...(functionName === undefined ? {} : { functionName }), ...(inBackground.has(of) ? { deadLetterQueue: queues.dead.background } : {}) });

    // It downloads whole packages and digests them.
    const verify = define('verify', { memory: 1769, seconds: 900 }, {});
    const placement = define('placement', { memory: 1769, seconds: 900 }, { CATALOGUE_TABLE, INSTRUCTIONS_TABLE, PACKAGES_BUCKET, MANIFEST_SECRET, LINK_GENERATION, API_URL, GATE_ARN: edge.gateArn, VERIFY_FUNCTION: verify.functionName });
    // A start with thousands of branches makes as many schedules, a few at a time.
    const launch = define('launch', { memory: 1024, seconds: 900 }, { DEVICES_TABLE, PLANS_TABLE, INSTRUCTIONS_TABLE, CATALOGUE_TABLE, AUDIT_TABLE: tables.audit.tableName, WAKE_QUEUE_URL, ...windows });
    // Its own name, written out: what invokes itself cannot refer to itself.
    const JOB_FUNCTION = `wavecast-${config.stage}-job`;
    const functions = {
      job: define('job', { memory: 1769, seconds: 900 }, { DEVICES_TABLE, INSTRUCTIONS_TABLE, INVENTORY_TABLE, CATALOGUE_TABLE, PLANS_TABLE, REPORTS_BUCKET, JOB_FUNCTION }, JOB_FUNCTION),
      placement,
      launch,
      verify,
      'publish-console': define('publish-console', { memory: 512, seconds: 120 }, { CONSOLE_BUCKET: buckets.console.bucketName, PACKAGES_BUCKET }),
      'file-event': define('file-event', { memory: 512, seconds: 60 }, { CATALOGUE_TABLE, PACKAGES_BUCKET, PLACEMENT_FUNCTION: placement.functionName }),
      enrol: define('enrol', answering, { DEVICES_TABLE, AUTHORITY_SECRET, PROFILE_SECRET, API_URL, MDM_URL, ORGANISATION }),
      scep: define('scep', answering, { DEVICES_TABLE, AUTHORITY_SECRET, LEGACY_SCEP: config.legacyScep }),
      'check-in': define('check-in', answering, { DEVICES_TABLE, INSTRUCTIONS_TABLE, INVENTORY_TABLE, REPORTS_BUCKET, WAKE_QUEUE_URL, ORGANISATION }),
      command: define('command', answering, {
        DEVICES_TABLE, INSTRUCTIONS_TABLE, INVENTORY_TABLE, CATALOGUE_TABLE, PLANS_TABLE, MANIFEST_SECRET, LINK_GENERATION, PROFILE_SECRET, REPORTS_BUCKET, WAKE_QUEUE_URL, API_URL, MDM_URL, ORGANISATION,
      }),
      delivery: define('delivery', answering, { DEVICES_TABLE, INSTRUCTIONS_TABLE, CATALOGUE_TABLE, MANIFEST_SECRET, ...links }),
      // As it comes: a log of a busy hour has some 100,000 lines.
      access: define('access', { memory: 1024, seconds: 300 }, { DEVICES_TABLE, INSTRUCTIONS_TABLE, LOGS_BUCKET: buckets.logs.bucketName }),
      admin: define('admin', answering, {
        DEVICES_TABLE, INSTRUCTIONS_TABLE, INVENTORY_TABLE, CATALOGUE_TABLE, PLANS_TABLE, AUDIT_TABLE: tables.audit.tableName,
        PACKAGES_BUCKET, REPORTS_BUCKET, AUTHORITY_SECRET, PUSH_SECRET, PROFILE_SECRET, WAKE_QUEUE_URL,
        PLACEMENT_FUNCTION: placement.functionName, LAUNCH_FUNCTION: launch.functionName, JOB_FUNCTION, GATE_ARN: edge.gateArn,
        API_URL, MDM_URL, EDGE_URL: edge.url, ISSUER_URL: signIn.issuerUrl, CLI_CLIENT_ID: signIn.cliClientId, SCOPE: API_SCOPE,
        ORGANISATION, EVENT_BUS, NOTIFICATION_TOPIC: notifications.topic.topicArn, LINK_GENERATION,
      }),
      turn: define('turn', { memory: 1024, seconds: 60 }, {
        DEVICES_TABLE, PLANS_TABLE, INSTRUCTIONS_TABLE, INVENTORY_TABLE, CATALOGUE_TABLE, WAKE_QUEUE_URL, ...windows,
      }),
      waker: define('waker', { memory: 512, seconds: WAKER_SECONDS, reservedConcurrency: WAKERS }, { DEVICES_TABLE, PLANS_TABLE, PUSH_SECRET, WAKE_QUEUE_URL, APNS_URL: apnsUrl.valueAsString }),
      settle: define('settle', { memory: 512, seconds: 29 }, { INSTRUCTIONS_TABLE, PLANS_TABLE, CATALOGUE_TABLE, WAKE_QUEUE_URL }),
      announce: define('announce', { memory: 512, seconds: 29 }, { PLANS_TABLE, EVENT_BUS }),
      // One at a time: two would only meet each other's conditions. Over before the next minute's; a whole processor, since many timers are worked off side by side.
      sweep: define('sweep', { memory: 1769, seconds: 50, reservedConcurrency: 1 }, { DEVICES_TABLE, INSTRUCTIONS_TABLE, PLANS_TABLE, CATALOGUE_TABLE, WAKE_QUEUE_URL, EVENT_BUS, STATE_MACHINE_ARN: machineArn, LAUNCH_FUNCTION: launch.functionName }),
    } satisfies Record<ServiceFunction, LambdaFunction>;

    const permissions = permissionsOf({
      consoleArn: data.exportValue(buckets.console.bucketArn),
      tables, secrets, machineArn,
      packagesArn: data.exportValue(buckets.packages.bucketArn), reportsArn: data.exportValue(buckets.reports.bucketArn), logsArn: data.exportValue(buckets.logs.bucketArn),
      wakeQueueArn: queues.wake.queueArn, settleDeadLetterArn: queues.dead.settle.queueArn, announceDeadLetterArn: queues.dead.announce.queueArn, busArn: notifications.bus.eventBusArn,
      scheduleGroup: schedules.group, scheduleRoleArn: schedules.windowRole.roleArn,
      placementArn: placement.functionArn, launchArn: launch.functionArn, jobArn: `arn:${Aws.PARTITION}:lambda:${Aws.REGION}:${Aws.ACCOUNT_ID}:function:${JOB_FUNCTION}`, verifyArn: verify.functionArn, gateArn: data.exportValue(edge.gateArn),
    });
    for (const of of Object.keys(functions)) if (isOf(functions, of)) permit(functions[of], permissions[of]);

    const { machine } = new WindowMachine(this, 'Windows', { stateMachineName: name, machineArn, turn: functions.turn, logRetentionDays: config.logRetentionDays });
    schedules.sweepEvery(Duration.minutes(1), functions.sweep);
    queues.feed(functions, tables);
    new FileEvents(this, 'Files', { bucket: buckets.packages, to: functions['file-event'] });
    new Rule(this, 'AccessLogs', {
      description: 'CloudFront has delivered an access log',
      eventPattern: { source: ['aws.s3'], detailType: ['Object Created'], detail: { bucket: { name: [buckets.logs.bucketName] }, object: { key: [{ prefix: 'edge/' }] } } },
      targets: [new LambdaTarget(functions.access)],
    });
    new CustomResource(this, 'ConsoleFiles', {
      resourceType: 'Custom::ConsoleFiles',
      serviceToken: functions['publish-console'].functionArn,
      serviceTimeout: Duration.minutes(5),
      // Published again where one of these has changed.
      properties: {
        Files: FileSystem.fingerprint(join(home.bundleDir, 'publish-console')),
        ApiUrl: api.url, Issuer: signIn.issuerUrl, SignInUrl: signIn.domainUrl, ClientId: signIn.consoleClientId, Scope: API_SCOPE,
      },
    });
    api.route(functions, signIn);
    const { turn, waker, sweep, settle } = functions;
    const alarms = new Alarms(this, 'Alarms', { functions, queues, machine, api: api.http, sweep, settle, throttled: { turn, waker, sweep } }, config.alarmEmail);

    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'The API of devices and administrators' });
    new CfnOutput(this, 'EventBusName', { value: notifications.bus.eventBusName, description: 'Everything that happens to plans, as events' });
    new CfnOutput(this, 'NotificationTopic', { value: notifications.topic.topicArn, description: 'Subscribe here to hear of it' });
    new CfnOutput(this, 'AlarmTopic', { value: alarms.topic.topicArn, description: 'Subscribe here to hear of alarms' });
  }
}

function isOf<K extends string>(record: Readonly<Record<K, unknown>>, key: string): key is K {
  return key in record;
}
