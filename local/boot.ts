/**
 * Boots the local cloud from the synthesised templates: engines, stand-ins and functions on one clock, behind one AWS
 * port and one HTTP API. With a data folder it goes on where it was, also after `kill -9`.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Instant, Logger } from '../core/ambient.ts';
import { startApns, type Apns } from './apns/apns.ts';
import { startAwsPort, type AwsPort } from './aws/port.ts';
import { Principals } from './aws/principals.ts';
import type { AwsService, Principal } from './aws/service.ts';
import { choosePorts, type Ports } from './boot/addresses.ts';
import { bucketEvents } from './boot/bucket-events.ts';
import { eventSources } from './boot/event-sources.ts';
import { localPasswords } from './boot/local-users.ts';
import { DEVELOPER, makePrincipals } from './boot/role-principals.ts';
import { roleAuthority } from './boot/role-authority.ts';
import { ServiceDuties } from './boot/service-duties.ts';
import { openDataFolder, openStorage, queueByArn } from './boot/storage.ts';
import { functionsByRole, templateFunctions } from './boot/template-functions.ts';
import { EDGE_PREFIX, isConsole, TemplateAttributes } from './boot/template-attributes.ts';
import type { LocalClock, Pace } from './clock.ts';
import { openClockChannel } from './clock/channel.ts';
import { createClock } from './clock/clock.ts';
import { startEngine, type DynamoDbEngine } from './dynamodb/engine.ts';
import { DynamoDbMeter } from './dynamodb/meter.ts';
import { createDynamoDb } from './dynamodb/service.ts';
import { createTables } from './dynamodb/tables.ts';
import { eventBuses, type Notification } from './events/event-buses.ts';
import { readEdge } from './edge/definition.ts';
import { startEdge, type Edge } from './edge/edge.ts';
import { deliverLogs } from './edge/log-delivery.ts';
import { objectReader } from './edge/object-reader.ts';
import type { AccessRecord } from './edge/access-record.ts';
import { readHttpApi } from './http-api/definition.ts';
import { startHttpApi } from './http-api/http-api.ts';
import { Authority } from './iam/authority.ts';
import type { Grant } from './iam/grants.ts';
import { UsageRecorder } from './iam/usage.ts';
import { ensureCustomResource } from './lambda/custom-resources.ts';
import { Functions, lambdaService } from './lambda/functions.ts';
import { createOidc, type Oidc } from './oidc/provider.ts';
import { readUserPool } from './oidc/user-pool.ts';
import { keyValueStoreService } from './key-value-store/service.ts';
import { KeyValueStores } from './key-value-store/store.ts';
import { createScheduler } from './scheduler/scheduler.ts';
import { fileStateStore, memoryStateStore } from './state-store.ts';
import { createStepFunctions } from './step-functions/step-functions.ts';
import { createSts } from './sts/service.ts';
import { readCloudAssembly } from './template/cloud-assembly.ts';
import { arnOf } from './template/naming.ts';
import { resolveTemplate, type CloudTemplate } from './template/template.ts';
import { openTrust, type Trust } from './tls/trust.ts';

export const PLACE = { account: '000000000000', region: 'eu-west-1' } as const;

export interface BootOptions {
  /** Folder of the synthesised cloud (`cdk.out`). */
  readonly assembly: string;
  /** Where everything is kept; without it everything goes with the process. */
  readonly dataFolder?: string;
  readonly pace: Pace;
  /** Where the clock starts when the data folder knows no time. */
  readonly startAt?: Instant;
  readonly ports?: Partial<Ports>;
  /** Stack parameters, beside those that the local cloud sets itself. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Origin, https, behind which a tunnel or proxy leads to the API's port: devices beyond this machine can come. */
  readonly publicUrl?: string;
  /** Path of a Java 11 or later. */
  readonly java: string;
  /** One that runs already, in memory; without it Java starts one. It is stopped with the cloud. */
  readonly engine?: DynamoDbEngine;
  readonly log: Logger;
  /** What functions write, line by line. */
  readonly functionLog: (functionName: string, text: string) => void;
  /**
   * So many times as long as on AWS functions may take, and requests that wait for them, by the machine's time; 1 unless given.
   * A machine that is busy with other things is slow, and what runs on it is not to be cut off for that.
   */
  readonly patience?: number;
  readonly onAccess?: (record: AccessRecord) => void;
  /** Is told of every grant of the template's roles once, when it is first used. */
  readonly onGrantUsed?: (grant: Grant) => void;
}

export interface LocalCloud {
  readonly apiUrl: string;
  /** Of the web console. */
  readonly consoleUrl: string;
  readonly awsUrl: string;
  readonly ports: Ports;
  readonly clock: LocalClock;
  readonly trust: Trust;
  readonly issuer: Oidc;
  /** Passwords of the local users, by name: `admin`, `operator`, `viewer`. */
  readonly passwords: Readonly<Record<string, string>>;
  readonly apns: Apns;
  readonly edge: Edge;
  readonly aws: AwsPort;
  readonly developer: Principal;
  readonly principals: readonly Principal[];
  readonly template: CloudTemplate;
  readonly functions: Functions;
  readonly meter: DynamoDbMeter;
  /** What topics would have sent to their subscribers, oldest first; also in `notifications.jsonl` of the data folder. */
  readonly notifications: readonly Notification[];
  /** Decides what roles may do; tests withdraw grants from them. */
  readonly authority: Authority;
  readonly usage: UsageRecorder;
  stop(): Promise<void>;
}

export async function bootLocalCloud(options: BootOptions): Promise<LocalCloud> {
  const { log } = options;
  const patience = options.patience === undefined ? {} : { patience: options.patience };
  const folder = openDataFolder(options.dataFolder);
  const store = folder.lasting ? fileStateStore(join(folder.path, 'state')) : memoryStateStore();
  const closing: (() => unknown)[] = [() => { folder.remove(); }];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const ports = await choosePorts(store, options.ports ?? {});
    const awsUrl = `http://127.0.0.1:${ports.aws}`;
    const clock = createClock({ pace: options.pace, store, ...(options.startAt === undefined ? {} : { startAt: options.startAt }) });
    // Time stands while the cloud comes up.
    const booting = clock.hold('boot');
    closing.push(() => { clock.stop(); });
    const trust = await openTrust(folder.lasting ? { folder: join(folder.path, 'trust') } : {});
    const assembly = readCloudAssembly(options.assembly);
    const attributes = new TemplateAttributes(ports, PLACE.account, options.publicUrl);
    const template = resolveTemplate(assembly, { ...PLACE, attribute: (resource, name) => attributes.of(resource, name), parameters: { ApnsUrl: `https://localhost:${ports.apns}`, ...options.parameters } });
    const principals = makePrincipals(template, store);
    const developer = principals.get(DEVELOPER);
    if (developer === undefined) throw new Error('The developer has no access keys.');
    const registry = new Principals();
    registry.add(...principals.values());
    const authority = new Authority();
    const usage = new UsageRecorder(options.onGrantUsed);
    authority.observe(({ principal, need, allowed }) => {
      if (allowed) usage.record(principal, need);
    });
    const duties = new ServiceDuties({ template, place: PLACE, principals, authority, log });
    duties.checkDeployment();
    const mayFor = duties.mayFor.bind(duties);
    const authoriseRole = roleAuthority(principals, authority);

    const engine = options.engine ?? await startEngine({ java: options.java, ...(folder.lasting ? { folder: join(folder.path, 'dynamodb') } : {}) });
    closing.push(() => engine.stop());
    const engineClient = new DynamoDBClient({ endpoint: engine.url, region: PLACE.region, credentials: { accessKeyId: engine.accessKeyId, secretAccessKey: 'local' } });
    closing.push(() => { engineClient.destroy(); });
    const tables = await createTables(engineClient, [...template.ofType('AWS::DynamoDB::Table'), ...template.ofType('AWS::DynamoDB::GlobalTable')].map(({ name, properties }) => ({ name, properties })));
    const meter = new DynamoDbMeter(functionsByRole(template));
    const storage = openStorage(template, folder, clock, PLACE);
    closing.push(() => { storage.sqs.stop(); });

    const functions = new Functions({
      functions: templateFunctions(template, assembly, principals, PLACE, awsUrl), clock, store, rootCertificate: trust.root, log: duties.logTo(options.functionLog), ...patience,
      giveUp: (functionName, event) => {
        const target = template.ofType('AWS::Lambda::Function').find(({ name }) => name === functionName)?.properties['DeadLetterConfig'];
        const arn: unknown = typeof target === 'object' && target !== null ? Reflect.get(target, 'TargetArn') : undefined;
        // Lambda drops the event where the role may not keep it.
        if (typeof arn === 'string' && mayFor(functionName, { action: 'sqs:SendMessage', resource: arn })) storage.sqs.queue(queueByArn(template, arn, PLACE))?.send({ body: JSON.stringify(event), sender: functionName });
        log.error('an asynchronous event was given up', { functionName });
      },
    });
    closing.push(() => functions.stop());
    closing.push(storage.s3.onEvent(bucketEvents({ template, place: PLACE, log, accept: (arn, event) => { functions.accept(arn, event); } })));
    const call = (arn: string, event: unknown) => functions.call(arn, event);
    const stepFunctions = createStepFunctions({
      clock, store, log, ...PLACE, callFunction: call, authoriseRole,
      stateMachines: template.ofType('AWS::StepFunctions::StateMachine').map(({ type, name, properties }) => ({ arn: arnOf(type, name, PLACE) ?? '', name, roleArn: String(properties['RoleArn']), definition: properties['DefinitionString'] })),
    });
    closing.push(() => { stepFunctions.stop(); });
    const scheduler = createScheduler({
      clock, store, log, ...PLACE,
      groups: template.ofType('AWS::Scheduler::ScheduleGroup').map(({ name }) => name),
      schedules: template.ofType('AWS::Scheduler::Schedule').map(({ logicalId, properties }) => ({ name: logicalId, properties })),
      targets: {
        callFunction: call, authoriseRole,
        startExecution: (machineArn, name, input) => stepFunctions.startExecution(machineArn, name, input),
        sendMessage: (queueArn, body) => {
          storage.sqs.queue(queueByArn(template, queueArn, PLACE))?.send({ body, sender: 'scheduler' });
          return Promise.resolve();
        },
      },
    });
    closing.push(() => { scheduler.stop(); });

    const sources = eventSources({ template, place: PLACE, clock, store, sqs: storage.sqs, engine, streams: tables, call, mayFor, log });
    closing.push(() => { sources.stop(); });
    const keyValues = new KeyValueStores(template.ofType('AWS::CloudFront::KeyValueStore').map(({ type, name }) => arnOf(type, name, PLACE) ?? ''), store, clock);
    const notifications: Notification[] = [];
    const buses = eventBuses({
      template, place: PLACE,
      onNotification: (notification) => {
        notifications.push(notification);
        appendFileSync(join(folder.path, 'notifications.jsonl'), `${JSON.stringify(notification)}\n`);
      },
    });
    const services: readonly AwsService[] = [
      createDynamoDb({ engine, ...PLACE, meter, onWrite: (table) => { sources.wrote(table); } }),
      storage.s3.service, storage.sqs.service, storage.secrets.service, createSts(PLACE.account), stepFunctions.service, scheduler.service, keyValueStoreService(keyValues), buses,
      lambdaService(functions, (name) => (name.startsWith('arn:') ? name : (arnOf('AWS::Lambda::Function', name, PLACE) ?? ''))),
    ];
    const aws = await startAwsPort({ port: ports.aws, principals: registry, services, clock, authority, logger: log, ...PLACE });
    closing.push(() => aws.close());

    for (const { stackName, logicalId, type, properties } of template.resources) {
      if (type !== 'AWS::CloudFormation::CustomResource' && !type.startsWith('Custom::')) continue;
      const data = await ensureCustomResource({ stackName, logicalId, type, properties, serviceToken: String(properties['ServiceToken']) }, store, call);
      attributes.setCustomData(logicalId, data);
    }
    const definition = readEdge(template.resources, (logicalId) => !isConsole(logicalId));
    const { logs } = definition;
    const delivery = logs === undefined ? undefined : deliverLogs({
      clock, prefix: logs.prefix, distributionId: logs.distributionId, put: (key, file) => storage.s3.deliver(logs.bucket, key, file, 'application/gzip'),
      failed: () => { log.error('an access log was not delivered', {}); },
    });
    closing.push(() => { delivery?.stop(); });
    const edge = await startEdge({
      clock, log, definition, tls: trust.server, port: ports.edge, objects: objectReader(storage.s3.objects), keyValues: (arn) => ({ value: (key) => keyValues.value(arn, key) }),
      onAccess: (record) => {
        delivery?.record(record);
        options.onAccess?.(record);
      },
    });
    closing.push(() => edge.close());
    // Who looks at the console is nobody's record here; on AWS CloudFront keeps one.
    const consoleEdge = await startEdge({ clock, log, definition: readEdge(template.resources, isConsole), tls: undefined, port: ports.console, objects: objectReader(storage.s3.objects), onAccess: () => undefined });
    closing.push(() => consoleEdge.close());
    const apns = await startApns({ clock, store, log, tls: trust.server, root: trust.root, port: ports.apns, courierPort: ports.courier });
    closing.push(() => apns.close());
    const pool = readUserPool(template.resources);
    const passwords = localPasswords(store, pool.groups);
    const issuer = await createOidc({ clock, store, log, pool, passwords, issuer: `http://127.0.0.1:${ports.api}/oidc` });
    const trusted = (name: string) => (name === issuer.issuer ? issuer.trusted : undefined);
    const api = await startHttpApi({ clock, log, api: readHttpApi(template.resources), port: ports.api, account: PLACE.account, callFunction: call, trust: trusted, ...patience });
    api.setMounts([
      { prefix: '/oidc', handle: issuer.handle },
      ...(options.publicUrl === undefined ? [] : [{ prefix: EDGE_PREFIX, handle: edge.behind(options.publicUrl, EDGE_PREFIX) }]),
    ]);
    closing.push(() => api.close());
    const channel = await openClockChannel(clock, ports.clock);
    closing.push(() => channel.close());

    sources.start();
    functions.resume();
    stepFunctions.resume();
    scheduler.start();
    booting();
    return { apiUrl: api.url, consoleUrl: consoleEdge.url, awsUrl, ports, clock, trust, issuer, passwords, apns, edge, aws, developer, principals: [...principals.values()], template, functions, meter, notifications, authority, usage, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
