/** The engines that keep things: S3, SQS and Secrets Manager, with what the template says of buckets, queues and secrets. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalClock } from '../clock.ts';
import { corsRules } from '../s3/cors.ts';
import { createS3, type LocalS3 } from '../s3/service.ts';
import { createSecrets, type LocalSecrets } from '../secrets/service.ts';
import { createSqs, type LocalSqs } from '../sqs/service.ts';
import { arnOf, type Place } from '../template/naming.ts';
import type { CloudTemplate } from '../template/template.ts';

/** A place for files: the data folder, or one that goes when the process does. */
export interface DataFolder {
  readonly path: string;
  /** False: nothing of it is meant to last. */
  readonly lasting: boolean;
  remove(): void;
}

export function openDataFolder(path: string | undefined): DataFolder {
  if (path !== undefined) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return { path, lasting: true, remove: () => undefined };
  }
  const temporary = mkdtempSync(join(tmpdir(), 'wavecast-'));
  return {
    path: temporary, lasting: false,
    remove: () => {
      rmSync(temporary, { recursive: true, force: true });
    },
  };
}

export interface Storage {
  readonly s3: LocalS3;
  readonly sqs: LocalSqs;
  readonly secrets: LocalSecrets;
}

export function openStorage(template: CloudTemplate, folder: DataFolder, clock: LocalClock, place: Place): Storage {
  const kept = (name: string): string | undefined => (folder.lasting ? join(folder.path, name) : undefined);
  const secrets = createSecrets({ folder: kept('secrets'), clock, ...place });
  for (const { name, properties } of template.ofType('AWS::SecretsManager::Secret')) {
    secrets.ensure({ name, ...(typeof properties['Description'] === 'string' ? { description: properties['Description'] } : {}), ...(typeof properties['SecretString'] === 'string' ? { secretString: properties['SecretString'] } : {}) });
  }
  return {
    secrets,
    s3: createS3({ folder: join(folder.path, 's3'), clock, buckets: template.ofType('AWS::S3::Bucket').map(({ name, properties }) => ({ name, cors: corsRules(properties) })) }),
    sqs: createSqs({ folder: kept('sqs'), clock, ...place, queues: template.ofType('AWS::SQS::Queue').map(({ name, properties }) => queueOptions(template, name, properties, place)) }),
  };
}

function queueOptions(template: CloudTemplate, name: string, properties: Readonly<Record<string, unknown>>, place: Place): Parameters<typeof createSqs>[0]['queues'][number] {
  const seconds = (key: string): number | undefined => (properties[key] === undefined ? undefined : Number(properties[key]));
  const [visibilityTimeout, delaySeconds, retention] = [seconds('VisibilityTimeout'), seconds('DelaySeconds'), seconds('MessageRetentionPeriod')];
  const redrive = properties['RedrivePolicy'];
  return {
    name,
    ...(visibilityTimeout === undefined ? {} : { visibilityTimeout }), ...(delaySeconds === undefined ? {} : { delaySeconds }), ...(retention === undefined ? {} : { retention }),
    ...(typeof redrive === 'object' && redrive !== null
      ? { redrive: { deadLetterQueue: queueByArn(template, String(Reflect.get(redrive, 'deadLetterTargetArn')), place), maxReceiveCount: Number(Reflect.get(redrive, 'maxReceiveCount')) } }
      : {}),
  };
}

/** Name of the queue with this ARN. Throws where the template has none. */
export function queueByArn(template: CloudTemplate, arn: string, place: Place): string {
  const found = template.ofType('AWS::SQS::Queue').find(({ type, name }) => arnOf(type, name, place) === arn);
  if (found === undefined) throw new Error(`The template has no queue ${arn}.`);
  return found.name;
}
