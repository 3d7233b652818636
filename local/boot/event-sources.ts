/** The event source mappings of the template: queues and streams that feed functions. */
import type { Logger } from '../../core/ambient.ts';
import type { NeededAction } from '../aws/service.ts';
import type { LocalClock } from '../clock.ts';
import type { EngineAddress } from '../dynamodb/engine.ts';
import { followStream } from '../dynamodb/streams.ts';
import { followQueue } from '../lambda/queue-source.ts';
import { callWithRecords } from '../lambda/stream-source.ts';
import type { LocalSqs } from '../sqs/service.ts';
import type { StateStore } from '../state-store.ts';
import type { FunctionAnswer } from '../step-functions/function-call.ts';
import { arnOf, type Place } from '../template/naming.ts';
import type { CloudTemplate } from '../template/template.ts';
import { queueByArn } from './storage.ts';

export interface EventSourcesOptions {
  readonly template: CloudTemplate;
  readonly place: Place;
  readonly clock: LocalClock;
  readonly store: StateStore;
  readonly sqs: LocalSqs;
  readonly engine: EngineAddress;
  /** Stream of each table that has one. */
  readonly streams: ReadonlyMap<string, string>;
  readonly call: (functionArn: string, event: unknown) => Promise<FunctionAnswer>;
  /** Whether the function's role may have this done for it. */
  readonly mayFor: (functionArn: string, need: NeededAction) => boolean;
  readonly log: Logger;
}

export interface EventSources {
  start(): void;
  /** A table was written to: its stream has news. */
  wrote(table: string): void;
  stop(): void;
}

type Mapping = Readonly<Record<string, unknown>>;

export function eventSources(options: EventSourcesOptions): EventSources {
  const stops: (() => void)[] = [];
  const streams = new Map<string, ReturnType<typeof followStream>>();
  return {
    start() {
      for (const { logicalId, properties } of options.template.ofType('AWS::Lambda::EventSourceMapping')) {
        const source = String(properties['EventSourceArn']);
        if (source.startsWith('arn:aws:sqs:')) stops.push(fromQueue(options, properties, source));
        else {
          const [table, stream] = fromStream(options, logicalId, properties, source);
          streams.set(table, stream);
          stops.push(() => { stream.stop(); });
        }
      }
    },
    wrote(table) {
      streams.get(table)?.wrote();
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}

function fromQueue(options: EventSourcesOptions, mapping: Mapping, queueArn: string): () => void {
  const queue = options.sqs.queue(queueByArn(options.template, queueArn, options.place));
  if (queue === undefined) throw new Error(`There is no queue ${queueArn}.`);
  return followQueue({
    queue, queueArn, region: options.place.region, clock: options.clock, batchSize: Number(mapping['BatchSize'] ?? 10),
    maximumConcurrency: Number(field(mapping['ScalingConfig'], 'MaximumConcurrency') ?? 5), reportsFailures: reportsFailures(mapping),
    call: (event) => options.call(String(mapping['FunctionName']), event),
    may: (action) => options.mayFor(String(mapping['FunctionName']), { action: `sqs:${action}`, resource: queueArn }),
  });
}

function fromStream(options: EventSourcesOptions, logicalId: string, mapping: Mapping, source: string): readonly [string, ReturnType<typeof followStream>] {
  const { template, place, clock, store, engine, log } = options;
  const table = template.ofType('AWS::DynamoDB::Table').concat(template.ofType('AWS::DynamoDB::GlobalTable')).find(({ type, name }) => source.startsWith(`${arnOf(type, name, place) ?? ''}/`));
  const streamArn = table === undefined ? undefined : options.streams.get(table.name);
  if (table === undefined || streamArn === undefined) throw new Error(`There is no stream ${source}.`);
  const filters = field(mapping['FilterCriteria'], 'Filters');
  const wanted = {
    patterns: (Array.isArray(filters) ? filters : []).map((filter: unknown): unknown => JSON.parse(String(field(filter, 'Pattern')))), reportsFailures: reportsFailures(mapping),
    call: (event: unknown) => options.call(String(mapping['FunctionName']), event),
  };
  return [table.name, followStream({
    engine, streamArn, clock, store, name: logicalId, batchSize: Number(mapping['BatchSize'] ?? 100),
    maximumAttempts: retries(mapping) + 1, bisect: mapping['BisectBatchOnFunctionError'] === true,
    mayRead: () => options.mayFor(String(mapping['FunctionName']), { action: 'dynamodb:GetRecords', resource: source }),
    onRecords: (records) => callWithRecords(wanted, records),
    onGiveUp: (records) => {
      log.error('stream records were given up', { mapping: logicalId, records: records.length });
      const arn = field(field(mapping['DestinationConfig'], 'OnFailure'), 'Destination');
      const position = { shardId: 'local', startSequenceNumber: records[0]?.dynamodb.SequenceNumber, endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber, batchSize: records.length, streamArn };
      if (typeof arn === 'string' && options.mayFor(String(mapping['FunctionName']), { action: 'sqs:SendMessage', resource: arn })) options.sqs.queue(queueByArn(template, arn, place))?.send({ body: JSON.stringify({ version: '1.0', DDBStreamBatchInfo: position }), sender: logicalId });
    },
  })];
}

/** Lambda's default, -1, tries until the records expire. */
function retries(mapping: Mapping): number {
  const most = Number(mapping['MaximumRetryAttempts'] ?? -1);
  return most < 0 ? Infinity : most;
}

function reportsFailures(mapping: Mapping): boolean {
  const types = mapping['FunctionResponseTypes'];
  return Array.isArray(types) && types.includes('ReportBatchItemFailures');
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined;
}
