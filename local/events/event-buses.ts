/**
 * EventBridge's PutEvents with the template's own buses: rules that choose, topics that are published to. A topic has no
 * subscribers here: what it would send is kept, and written down. Source: EventBridge API reference, "PutEvents"; SNS
 * developer guide, "Fanout to EventBridge". Not modelled: archives, targets other than topics.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { parseInput } from '../aws/input.ts';
import { AwsError, type JsonService } from '../aws/service.ts';
import { matchesFilters } from '../lambda/event-filter.ts';
import { arnOf, type Place } from '../template/naming.ts';
import type { CloudTemplate } from '../template/template.ts';

export interface Notification {
  readonly topicArn: string;
  /** The event, as a subscriber gets it. */
  readonly message: unknown;
}

export interface EventBusesOptions {
  readonly template: CloudTemplate;
  readonly place: Place;
  readonly onNotification: (notification: Notification) => void;
}

const entry = z.object({ EventBusName: z.string(), Source: z.string().min(1), DetailType: z.string().min(1), Detail: z.string(), Time: z.number().optional(), Resources: z.array(z.string()).optional() });
const putEvents = z.object({ Entries: z.array(entry).min(1).max(10) });

/** Throws where a rule of a bus of the template has a target that is no topic of it. */
export function eventBuses({ template, place, onNotification }: EventBusesOptions): JsonService {
  const buses = new Set(template.ofType('AWS::Events::EventBus').map(({ name }) => name));
  const topics = new Set(template.ofType('AWS::SNS::Topic').map(({ type, name }) => arnOf(type, name, place)));
  const rules = template.ofType('AWS::Events::Rule').filter(({ properties }) => properties['EventBusName'] !== undefined).map(({ type, name, properties }) => {
    const targets = (Array.isArray(properties['Targets']) ? properties['Targets'] : []).map((target: unknown) => String(typeof target === 'object' && target !== null ? Reflect.get(target, 'Arn') : undefined));
    for (const arn of targets) if (!topics.has(arn)) throw new Error(`The rule ${name} has a target that is no topic of the template.`);
    for (const arn of targets) if (!mayPublish(template, arn, arnOf(type, name, place))) throw new Error(`The topic ${arn} lets the rule ${name} not publish: on AWS its events are lost, in silence.`);
    return { bus: String(properties['EventBusName']), pattern: properties['EventPattern'], targets };
  });
  const arnOfBus = (bus: string): string => arnOf('AWS::Events::EventBus', bus, place) ?? '';
  return {
    name: 'events', protocolVersion: '1.1',
    operations: {
      PutEvents: {
        needs: (input) => [...new Set(parseInput(putEvents, input).Entries.map(({ EventBusName }) => EventBusName))].map((bus) => ({ action: 'events:PutEvents', resource: arnOfBus(bus) })),
        handle: (input) => {
          const entries = parseInput(putEvents, input).Entries.map(({ EventBusName: bus, Source: source, DetailType, Detail, Time, Resources = [] }) => {
            if (!buses.has(bus)) throw new AwsError('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
            const id = randomUUID();
            const message = { 'version': '0', id, 'detail-type': DetailType, source, 'account': place.account, 'region': place.region, 'time': new Date((Time ?? 0) * 1_000).toISOString(), 'resources': Resources, 'detail': JSON.parse(Detail) as unknown };
            for (const rule of rules) if (rule.bus === bus && matchesFilters(rule.pattern, message)) for (const topicArn of rule.targets) onNotification({ topicArn, message });
            return { EventId: id };
          });
          return Promise.resolve({ FailedEntryCount: 0, Entries: entries });
        },
      },
    },
  };
}

/** Whether a policy of the topic names the rule, as our own does it. */
function mayPublish(template: CloudTemplate, topicArn: string, ruleArn: string | undefined): boolean {
  const statement = z.looseObject({ Effect: z.literal('Allow'), Action: z.literal('sns:Publish'), Principal: z.object({ Service: z.literal('events.amazonaws.com') }), Condition: z.object({ ArnEquals: z.object({ 'aws:SourceArn': z.literal(ruleArn ?? '') }) }) });
  return template.ofType('AWS::SNS::TopicPolicy').some(({ properties: { Topics, PolicyDocument } }) => {
    const statements: unknown = typeof PolicyDocument === 'object' && PolicyDocument !== null ? Reflect.get(PolicyDocument, 'Statement') : undefined;
    return Array.isArray(Topics) && Topics.includes(topicArn) && Array.isArray(statements) && statements.some((each) => statement.safeParse(each).success);
  });
}
