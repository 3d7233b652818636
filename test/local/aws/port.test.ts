import { request as httpRequest } from 'node:http';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateScheduleCommand, GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rawResponse, restJsonService } from '../../../local/aws/rest-json.ts';
import { AwsError, type AwsCall, type JsonService, type RestService } from '../../../local/aws/service.ts';
import { allow, clientSettings, principal, rejection, role, startRig, type Rig } from './rig.ts';

/** A secret store that answers what it was asked, and fails by name. */
const echo: JsonService = {
  name: 'secretsmanager',
  protocolVersion: '1.1',
  operations: {
    GetSecretValue: {
      needs: ({ SecretId }) => [{ action: 'secretsmanager:GetSecretValue', resource: String(SecretId) }],
      handle: ({ SecretId }, request) => {
        if (SecretId === 'absent') throw new AwsError('ResourceNotFoundException', 'Nothing here.', 400, { fields: { Hint: 'look elsewhere' } });
        if (SecretId === 'broken') throw new TypeError('a bug with a secret inside');
        if (SecretId === 'slow') {
          const resume = request.idle();
          slow = { resume: () => { resume(); finishSlow?.(); } };
          return new Promise((resolve) => { finishSlow = () => { resolve({ SecretString: 'late' }); }; });
        }
        return Promise.resolve({ SecretString: `${request.principal.name}:${String(SecretId)}` });
      },
    },
  },
};
let slow: { resume: () => void } | undefined;
let finishSlow: (() => void) | undefined;

const schedules = restJsonService('scheduler', [
  {
    operation: 'GetSchedule', method: 'GET', path: '/schedules/{Name}',
    needs: ({ labels }) => [{ action: 'scheduler:GetSchedule', resource: `arn:aws:scheduler:eu-west-1:000000000000:schedule/default/${labels['Name'] ?? ''}` }],
    handle: ({ labels, query }) => Promise.resolve({ Name: labels['Name'], GroupName: query.get('groupName') }),
  },
  {
    operation: 'CreateSchedule', method: 'POST', path: '/schedules/{Name}',
    needs: () => [],
    handle: ({ json }) => {
      if (json['ScheduleExpression'] === 'at(never)') throw new AwsError('ConflictException', 'It is there already.', 409);
      return Promise.resolve(rawResponse({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ScheduleArn: 'arn:aws:scheduler:::x' }) }));
    },
  },
]);

const refusing: RestService = { name: 's3', errorFormat: 'rest-xml', handle: () => Promise.reject(new AwsError('NoSuchKey', 'No <such> key & no other', 404)) };

let rig: Rig;
const undo: (() => void)[] = [];
beforeAll(async () => {
  rig = await startRig(() => [echo, schedules, refusing]);
});
afterEach(() => {
  for (const one of undo.splice(0)) one();
});
afterAll(async () => {
  await rig.port.close();
});

const ask = (SecretId: string, settings: object = clientSettings(rig)) => new SecretsManagerClient(settings).send(new GetSecretValueCommand({ SecretId }));

describe('the port', () => {
  it('knows who asks by the access key', async () => {
    const turn = role(rig, 'turn', allow('secretsmanager:*', '*'));
    expect((await ask('a')).SecretString).toBe('developer:a');
    expect((await ask('a', clientSettings(rig, turn))).SecretString).toBe('turn:a');
  });

  it('refuses what the policies do not allow, naming action and resource', async () => {
    const turn = role(rig, 'narrow', allow('secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:mine'));
    const error = await rejection(ask('other', clientSettings(rig, turn)));
    expect(error.name).toBe('AccessDeniedException');
    expect(error.message).toBe('User: arn:aws:sts::000000000000:assumed-role/narrow/local is not authorized to perform: secretsmanager:GetSecretValue on resource: other because no identity-based policy allows the secretsmanager:GetSecretValue action');
  });

  it('speaks each protocol’s errors', async () => {
    expect(await rejection(ask('absent'))).toMatchObject({ name: 'ResourceNotFoundException', message: 'Nothing here.', Hint: 'look elsewhere' });
    const scheduler = new SchedulerClient(clientSettings(rig));
    const create = (ScheduleExpression: string) => scheduler.send(new CreateScheduleCommand({ Name: 'n', ScheduleExpression, FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: 'a', RoleArn: 'r' } }));
    expect(await rejection(create('at(never)'))).toMatchObject({ name: 'ConflictException', $metadata: { httpStatusCode: 409 } });
    expect((await create('at(now)')).ScheduleArn).toBe('arn:aws:scheduler:::x');
    const s3 = new S3Client({ ...clientSettings(rig), forcePathStyle: true });
    expect(await rejection(s3.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })))).toMatchObject({ name: 'NoSuchKey', message: 'No <such> key & no other' });
  });

  it('decodes labels of paths and signs what is escaped twice', async () => {
    const scheduler = new SchedulerClient(clientSettings(rig));
    const found = await scheduler.send(new GetScheduleCommand({ Name: 'plan_1.a-b', GroupName: 'a b/+é' }));
    expect(found).toMatchObject({ Name: 'plan_1.a-b', GroupName: 'a b/+é' });
  });

  it('answers a fault of its own with 500 and says nothing of it', async () => {
    expect(await rejection(ask('broken'))).toMatchObject({ name: 'InternalFailure', message: 'The local cloud failed to answer; its log says why.', $metadata: { httpStatusCode: 500 } });
  });
});

describe('a signature', () => {
  it.each<[string, () => object, string]>([
    ['of an unknown key', () => clientSettings(rig, principal('stranger', 'all')), 'UnrecognizedClientException'],
    ['with another secret', () => clientSettings(rig, { ...rig.root, secretAccessKey: 'wrong' }), 'InvalidSignatureException'],
    ['with a token where none belongs', () => clientSettings(rig, { ...rig.root, sessionToken: 'some' }), 'UnrecognizedClientException'],
    ['without the role’s token', () => { const { sessionToken: _, ...bare } = role(rig, 'tokened', allow('*', '*')); return clientSettings(rig, bare); }, 'UnrecognizedClientException'],
    ['for another region', () => ({ ...clientSettings(rig), region: 'us-east-1' }), 'InvalidSignatureException'],
  ])('%s is refused', async (_, settings, name) => {
    expect((await rejection(ask('a', settings()))).name).toBe(name);
  });

  it('more than 15 minutes from the local clock is refused, and the SDK sets its clock by the answer', async () => {
    rig.clock.advance(16 * 60_000);
    undo.push(() => { rig.clock.advance(-16 * 60_000); });
    expect((await rejection(ask('a'))).name).toBe('InvalidSignatureException');
    const client = new SecretsManagerClient({ ...clientSettings(rig), maxAttempts: 2 });
    expect((await client.send(new GetSecretValueCommand({ SecretId: 'a' }))).SecretString).toBe('developer:a');
  });

  it('covers the body', async () => {
    const client = new SecretsManagerClient(clientSettings(rig));
    client.middlewareStack.add((next) => (args) => {
      (args.request as { body: string }).body = '{"SecretId":"b"}';
      return next(args);
    }, { step: 'finalizeRequest', priority: 'low' });
    expect((await rejection(client.send(new GetSecretValueCommand({ SecretId: 'a' })))).name).toBe('InvalidSignatureException');
  });

  it('is needed', async () => {
    const json = await fetch(rig.port.url, { method: 'POST', headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' }, body: '{}' });
    expect(await json.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
    const xml = await fetch(`${rig.port.url}/bucket/key`);
    expect([xml.status, await xml.text()]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
    const garbled = await fetch(`${rig.port.url}/bucket/key`, { headers: { authorization: 'AWS4-HMAC-SHA256 nonsense' } });
    expect(garbled.status).toBe(400);
  });
});

describe('whoever watches', () => {
  it('hears of every call with its outcome', async () => {
    const calls: AwsCall[] = [];
    undo.push(rig.port.observe({ onCall: (call) => { calls.push(call); } }));
    await ask('a');
    await rejection(ask('absent'));
    await rejection(ask('other', clientSettings(rig, role(rig, 'powerless'))));
    expect(calls.map(({ principal: who, service, operation, input, output, error }) => [who.name, service, operation, input, output, error?.code])).toEqual([
      ['developer', 'secretsmanager', 'GetSecretValue', { SecretId: 'a' }, { SecretString: 'developer:a' }, undefined],
      ['developer', 'secretsmanager', 'GetSecretValue', { SecretId: 'absent' }, undefined, 'ResourceNotFoundException'],
      ['powerless', 'secretsmanager', 'GetSecretValue', { SecretId: 'other' }, undefined, 'AccessDeniedException'],
    ]);
  });

  it('may make a call fail, which the SDK tries again', async () => {
    let faults = 1;
    undo.push(rig.port.observe({ beforeCall: () => {
      if (faults > 0) {
        faults -= 1;
        throw new AwsError('ThrottlingException', 'Rate exceeded', 400);
      }
    } }));
    expect((await ask('a', { ...clientSettings(rig), maxAttempts: 3 })).SecretString).toBe('developer:a');
    expect(faults).toBe(0);
  });
});

describe('the clock', () => {
  it('is held while a request is in flight, but not while it only waits', async () => {
    const answer = ask('slow');
    await expect.poll(() => slow).toBeDefined();
    expect(rig.clock.holds.size).toBe(0);
    slow?.resume();
    expect((await answer).SecretString).toBe('late');
    await expect.poll(() => rig.clock.holds.size).toBe(0);
  });

  it('is let go when the client hangs up', async () => {
    const request = httpRequest(rig.port.url, { method: 'POST', headers: { 'content-length': '100', 'x-amz-date': '20260101T000000Z', authorization: `AWS4-HMAC-SHA256 Credential=${rig.root.accessKeyId}/20260101/eu-west-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}` } });
    const broken = new Promise((resolve) => { request.once('error', resolve); });
    request.write('half');
    await expect.poll(() => rig.clock.holds.size).toBe(1);
    request.destroy(new Error('gone'));
    await broken;
    await expect.poll(() => rig.clock.holds.size).toBe(0);
  });
});
