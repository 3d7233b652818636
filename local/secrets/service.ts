/** Secrets Manager over AWS JSON 1.1, as much of it as the functions and an operator use. */
import * as z from 'zod';
import type { Clock } from '../../core/ambient.ts';
import { parseInput } from '../aws/input.ts';
import { AwsError, type JsonInput, type JsonOperation, type JsonService, type NeededAction } from '../aws/service.ts';
import { generateSecretString, type GenerateSecretString } from './generate.ts';
import { SecretStore, type NewVersion, type Secret, type SecretVersion } from './store.ts';

export interface SecretsOptions {
  /** Data folder (made with mode 0700, files 0600); undefined keeps nothing over a restart. */
  readonly folder: string | undefined;
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
}

/** A secret as the template has it. Neither a string nor rules: it comes up without a value, as on AWS. */
export interface TemplateSecret {
  readonly name: string;
  readonly description?: string;
  readonly secretString?: string;
  readonly generate?: GenerateSecretString;
}

export interface LocalSecrets {
  readonly service: JsonService;
  /** Makes the secret unless it is there; a value that is there is never touched. Returns its ARN (what Ref gives). */
  ensure(secret: TemplateSecret): string;
  /** The current value, for stand-ins that need one (push certificate, signing key); undefined when there is none. */
  current(secretId: string): string | undefined;
}

/** Opens the secrets of a data folder. */
export function createSecrets(options: SecretsOptions): LocalSecrets {
  const store = new SecretStore(options.folder, options.clock, options.region, options.account);
  return {
    service: secretsService(store),
    ensure: ({ name, description, secretString, generate }) => {
      if (store.has(name)) return store.arnOf(name);
      const string = secretString ?? (generate === undefined ? undefined : generateSecretString(generate));
      return store.create(name, description, string === undefined ? undefined : { value: { string } }).arn;
    },
    current: (secretId) => store.find(secretId).versions.find((version) => version.stages.includes('AWSCURRENT'))?.value.string,
  };
}

const token = z.string().min(32).max(64).optional();
const value = { SecretString: z.string().max(65_536).optional(), SecretBinary: z.base64().max(87_384).optional(), ClientRequestToken: token };
const create = z.object({ Name: z.string().regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/), Description: z.string().max(2048).optional(), ...value });
const onSecret = z.object({ SecretId: z.string().min(1).max(2048) });
const put = onSecret.extend({ ...value, VersionStages: z.array(z.string()).min(1).max(20).optional() });
const get = onSecret.extend({ VersionId: z.string().optional(), VersionStage: z.string().optional() });

function secretsService(store: SecretStore): JsonService {
  const needs = (action: string) => (input: JsonInput): readonly NeededAction[] => [{ action: `secretsmanager:${action}`, resource: store.resolveArn(parseInput(onSecret, input).SecretId) }];
  const operations: Record<string, JsonOperation> = {
    CreateSecret: {
      needs: (input) => [{ action: 'secretsmanager:CreateSecret', resource: store.arnOf(parseInput(create, input).Name) }],
      handle: (input) => {
        const parsed = parseInput(create, input);
        const hasValue = parsed.SecretString !== undefined || parsed.SecretBinary !== undefined;
        const secret = store.create(parsed.Name, parsed.Description, hasValue ? versionOf(parsed) : undefined);
        return Promise.resolve({ ARN: secret.arn, Name: secret.name, VersionId: secret.versions[0]?.id });
      },
    },
    GetSecretValue: {
      needs: needs('GetSecretValue'),
      handle: (input) => {
        const { SecretId, VersionId, VersionStage } = parseInput(get, input);
        const secret = store.find(SecretId);
        return Promise.resolve(valueShape(secret, findVersion(secret, VersionId, VersionStage)));
      },
    },
    PutSecretValue: {
      needs: needs('PutSecretValue'),
      handle: (input) => {
        const parsed = parseInput(put, input);
        const version = store.put(parsed.SecretId, { ...versionOf(parsed), ...(parsed.VersionStages === undefined ? {} : { stages: parsed.VersionStages }) });
        const { arn, name } = store.find(parsed.SecretId);
        return Promise.resolve({ ARN: arn, Name: name, VersionId: version.id, VersionStages: version.stages });
      },
    },
    DescribeSecret: {
      needs: needs('DescribeSecret'),
      handle: (input) => {
        const secret = store.find(parseInput(onSecret, input).SecretId);
        return Promise.resolve({
          ARN: secret.arn, Name: secret.name, Description: secret.description,
          CreatedDate: secret.createdAt / 1000, LastChangedDate: secret.changedAt / 1000,
          VersionIdsToStages: Object.fromEntries(secret.versions.map((version) => [version.id, version.stages])),
        });
      },
    },
  };
  return { name: 'secretsmanager', protocolVersion: '1.1', operations };
}

function versionOf(input: { readonly SecretString?: string | undefined; readonly SecretBinary?: string | undefined; readonly ClientRequestToken?: string | undefined }): NewVersion {
  const { SecretString: string, SecretBinary: binary, ClientRequestToken } = input;
  if ((string === undefined) === (binary === undefined)) throw new AwsError('InvalidRequestException', 'You must provide exactly one of SecretString and SecretBinary.');
  const secretValue = string === undefined ? { ...(binary === undefined ? {} : { binary }) } : { string };
  return { value: secretValue, ...(ClientRequestToken === undefined ? {} : { token: ClientRequestToken }) };
}

function findVersion(secret: Secret, id: string | undefined, stage: string | undefined): SecretVersion {
  const wantedStage = stage ?? (id === undefined ? 'AWSCURRENT' : undefined);
  const found = secret.versions.find((version) => (id === undefined || version.id === id) && (wantedStage === undefined || version.stages.includes(wantedStage)));
  if (found !== undefined) return found;
  const which = id === undefined ? `staging label: ${wantedStage ?? ''}` : `VersionId: ${id}`;
  throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${which}`);
}

function valueShape(secret: Secret, version: SecretVersion): unknown {
  return {
    ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages, CreatedDate: version.createdAt / 1000,
    SecretString: version.value.string, SecretBinary: version.value.binary,
  };
}
