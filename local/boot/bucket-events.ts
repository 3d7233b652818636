/**
 * S3's events by way of EventBridge: a bucket that tells of its objects, rules that choose, functions that are invoked
 * asynchronously. Source: S3 user guide, "EventBridge event message structure". Not modelled: other sources, other targets.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from '../../core/ambient.ts';
import { matchesFilters } from '../lambda/event-filter.ts';
import type { ObjectCause, ObjectEvent } from '../s3/operation.ts';
import { arnOf, type Place } from '../template/naming.ts';
import type { CloudTemplate } from '../template/template.ts';
import { findByArn } from './template-functions.ts';

export interface BucketEventsOptions {
  readonly template: CloudTemplate;
  readonly place: Place;
  /** Invokes a function asynchronously: at least once. */
  readonly accept: (functionArn: string, event: unknown) => void;
  readonly log: Logger;
}

interface Delivery {
  readonly pattern: unknown;
  readonly functionArns: readonly string[];
}

const reasons: Readonly<Record<ObjectCause, string>> = { Put: 'PutObject', Copy: 'CopyObject', CompleteMultipartUpload: 'CompleteMultipartUpload', Delete: 'DeleteObject' };

/** What to do with each event of the local S3. Throws where a rule has a target that is not modelled. */
export function bucketEvents(options: BucketEventsOptions): (event: ObjectEvent) => void {
  const { template, place } = options;
  const telling = new Set(template.ofType('AWS::S3::Bucket').filter(({ properties }) => field(field(field(properties, 'NotificationConfiguration'), 'EventBridgeConfiguration'), 'EventBridgeEnabled') === true).map(({ name }) => name));
  const deliveries = template.ofType('AWS::Events::Rule').filter(({ properties }) => properties['EventBusName'] === undefined).map((rule): Delivery => ({
    pattern: rule.properties['EventPattern'], functionArns: targetsOf(options, arnOf(rule.type, rule.name, place) ?? '', rule.properties['Targets']),
  }));
  return (event) => {
    if (!telling.has(event.bucket)) return;
    const message = messageOf(event, place);
    for (const { pattern, functionArns } of deliveries) if (matchesFilters(pattern, message)) for (const arn of functionArns) options.accept(arn, message);
  };
}

/** Lambda takes events only from rules that the function's own policy names: without it they are lost, in silence. */
function targetsOf({ template, place, log }: BucketEventsOptions, ruleArn: string, targets: unknown): readonly string[] {
  return (Array.isArray(targets) ? targets : []).flatMap((target: unknown) => {
    const arn = String(field(target, 'Arn'));
    if (findByArn(template, 'AWS::Lambda::Function', arn, place) === undefined) throw new Error(`The rule ${ruleArn} has a target that is no function of the template.`);
    const allowed = template.ofType('AWS::Lambda::Permission').some(({ properties }) => properties['Principal'] === 'events.amazonaws.com' && properties['Action'] === 'lambda:InvokeFunction' && properties['SourceArn'] === ruleArn && properties['FunctionName'] === arn);
    if (!allowed) log.error('a function lets no rule invoke it', { rule: ruleArn, functionArn: arn });
    return allowed ? [arn] : [];
  });
}

function messageOf({ type, cause, bucket, key, size, etag, at }: ObjectEvent, { account, region }: Place): unknown {
  return {
    'version': '0', 'id': randomUUID(), 'detail-type': type === 'created' ? 'Object Created' : 'Object Deleted', 'source': 'aws.s3', account, region, 'time': new Date(at).toISOString(), 'resources': [`arn:aws:s3:::${bucket}`],
    'detail': {
      version: '0', bucket: { name: bucket }, object: { key, ...(type === 'created' ? { size, etag } : {}), sequencer: at.toString(16).toUpperCase().padStart(16, '0') }, reason: reasons[cause],
      ...(type === 'created' ? {} : { 'deletion-type': 'Delete Marker Created' }),
    },
  };
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined;
}
