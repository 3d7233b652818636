import { describe, expect, it } from 'vitest';
import { bucketEvents } from '../../../local/boot/bucket-events.ts';
import { arnOf } from '../../../local/template/naming.ts';
import type { ObjectEvent } from '../../../local/s3/operation.ts';
import type { CloudResource, CloudTemplate } from '../../../local/template/template.ts';

const place = { region: 'eu-central-1', account: '000000000000' };
const at = Date.parse('2026-11-23T10:00:00Z');
const functionArn = arnOf('AWS::Lambda::Function', 'watcher', place) ?? '';
const ruleArn = arnOf('AWS::Events::Rule', 'files', place) ?? '';

function resource(type: string, name: string, properties: Readonly<Record<string, unknown>>): CloudResource {
  return { stackName: 'Service', logicalId: name, type, name, ref: name, properties };
}

const bucket = (name: string, enabled: boolean) => resource('AWS::S3::Bucket', name, enabled ? { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } } : {});
const watcher = resource('AWS::Lambda::Function', 'watcher', {});
const permission = resource('AWS::Lambda::Permission', 'permission', { Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com', FunctionName: functionArn, SourceArn: ruleArn });
const rule = (arn = functionArn) => resource('AWS::Events::Rule', 'files', {
  EventPattern: { 'source': ['aws.s3'], 'detail-type': ['Object Created', 'Object Deleted'], 'detail': { bucket: { name: ['packages'] }, object: { key: [{ prefix: 'incoming/' }, { prefix: 'packages/' }] } } },
  Targets: [{ Arn: arn, Id: 'Target0' }],
});

function rig(resources: readonly CloudResource[]) {
  const accepted: { readonly arn: string; readonly event: unknown }[] = [];
  const errors: string[] = [];
  const template: CloudTemplate = { resources, ofType: (type) => resources.filter((one) => one.type === type), outputs: () => ({}) };
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: (message: string) => { errors.push(message); } };
  const take = bucketEvents({ template, place, log, accept: (arn, event) => { accepted.push({ arn, event }); } });
  return { take, accepted, errors };
}

const created: ObjectEvent = { type: 'created', cause: 'CompleteMultipartUpload', bucket: 'packages', key: 'incoming/Field.ipa', size: 30, etag: 'e', at };
const whole = [bucket('packages', true), bucket('reports', false), watcher, permission, rule()];

describe('what happens to an object', () => {
  it('is told to the functions of the rules that choose it, in EventBridge\'s form', () => {
    const { take, accepted } = rig(whole);
    take(created);
    expect(accepted).toMatchObject([{ arn: functionArn, event: { 'source': 'aws.s3', 'detail-type': 'Object Created', 'time': '2026-11-23T10:00:00.000Z', 'detail': { bucket: { name: 'packages' }, object: { key: 'incoming/Field.ipa', size: 30, etag: 'e' }, reason: 'CompleteMultipartUpload' } } }]);
  });

  it('is told where it was removed, without what is gone', () => {
    const { take, accepted } = rig(whole);
    take({ ...created, type: 'removed', cause: 'Delete' });
    expect(accepted).toMatchObject([{ event: { 'detail-type': 'Object Deleted', 'detail': { object: { key: 'incoming/Field.ipa' }, reason: 'DeleteObject' } } }]);
    expect(accepted).not.toMatchObject([{ event: { detail: { object: { size: 30 } } } }]);
  });

  it.each<[string, Partial<ObjectEvent>]>([['another folder', { key: 'exports/a.csv' }], ['a bucket that tells nobody', { bucket: 'reports' }]])('is not told of %s', (_, changes) => {
    const { take, accepted } = rig(whole);
    take({ ...created, ...changes });
    expect(accepted).toEqual([]);
  });
});

describe('a function', () => {
  it('gets nothing of a rule that its own policy does not name, which is said at the boot', () => {
    const { take, accepted, errors } = rig(whole.filter((one) => one !== permission));
    expect(errors).toEqual(['a function lets no rule invoke it']);
    take(created);
    expect(accepted).toEqual([]);
  });

  it('that is not there fails the boot', () => {
    expect(() => rig([bucket('packages', true), watcher, permission, rule('arn:aws:lambda:eu-central-1:000000000000:function:nobody')])).toThrow('a target that is no function');
  });
});
