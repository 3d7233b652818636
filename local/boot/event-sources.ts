/** The event source mappings of the template: queues and streams that feed functions. */
import type { Logger } from '../../core/ambient.ts';
import type { LocalClock } from '../clock.ts';
import { followStream } from '../dynamodb/streams.ts';
import { matchesFilters } from '../lambda/event-filter.ts';
import { followQueue } from '../lambda/queue-source.ts';
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
  readonly engineUrl: string;
  /** Stream of each table that has one. */
  readonly streams: ReadonlyMap<string, string>;
  readonly call: (functionArn: string, event: unknown) => Promise<FunctionAnswer>;
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
  });
}

function fromStream(options: EventSourcesOptions, logicalId: string, mapping: Mapping, source: string): readonly [string, ReturnType<typeof followStream>] {
  const { template, place, clock, store, engineUrl, log } = options;
  const table = template.ofType('AWS::DynamoDB::Table').concat(template.ofType('AWS::DynamoDB::GlobalTable')).find(({ type, name }) => source.startsWith(`${arnOf(type, name, place) ?? ''}/`));
  const streamArn = table === undefined ? undefined : options.streams.get(table.name);
  if (table === undefined || streamArn === undefined) throw new Error(`There is no stream ${source}.`);
  const filters = field(mapping['FilterCriteria'], 'Filters');
  const patterns = (Array.isArray(filters) ? filters : []).map((filter: unknown): unknown => JSON.parse(String(field(filter, 'Pattern'))));
  return [table.name, followStream({
    engineUrl, streamArn, clock, store, name: logicalId, batchSize: Number(mapping['BatchSize'] ?? 100), maximumAttempts: Number(mapping['MaximumRetryAttempts'] ?? 5) + 1,
    onRecords: async (records) => {
      const wanted = records.filter((record) => patterns.length === 0 || patterns.some((pattern) => matchesFilters(pattern, record)));
      if (wanted.length === 0) return;
      const { payload, fault } = await options.call(String(mapping['FunctionName']), { Records: wanted });
      if (fault !== undefined) throw new Error(`${fault.errorType}: ${fault.errorMessage}`);
      const failures = field(payload, 'batchItemFailures');
      if (reportsFailures(mapping) && Array.isArray(failures) && failures.length > 0) throw new Error('The function named records that failed.');
    },
    onGiveUp: (records) => {
      log.error('stream records were given up', { mapping: logicalId, records: records.length });
      const arn = field(field(mapping['DestinationConfig'], 'OnFailure'), 'Destination');
      if (typeof arn === 'string') options.sqs.queue(queueByArn(template, arn, place))?.send({ body: JSON.stringify({ streamArn, records: records.length }), sender: logicalId });
    },
  })];
}

function reportsFailures(mapping: Mapping): boolean {
  const types = mapping['FunctionResponseTypes'];
  return Array.isArray(types) && types.includes('ReportBatchItemFailures');
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined;
}
