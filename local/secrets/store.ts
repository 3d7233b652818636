/**
 * Secrets on disk: one file each, readable by their owner only, replaced by a rename. Versions carry the stages
 * AWSCURRENT and AWSPREVIOUS; a version that loses its last stage is forgotten.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Instant } from '../../core/ambient.ts';
import { AwsError } from '../aws/service.ts';

export interface SecretVersion {
  readonly id: string;
  readonly stages: readonly string[];
  readonly createdAt: Instant;
  readonly value: SecretValue;
}

/** A string, or bytes in base64. */
export interface SecretValue {
  readonly string?: string;
  readonly binary?: string;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly createdAt: Instant;
  readonly changedAt: Instant;
  readonly versions: readonly SecretVersion[];
}

export interface NewVersion {
  /** ClientRequestToken: the version's id, and what makes a repetition harmless. */
  readonly token?: string;
  readonly value: SecretValue;
  /** Default AWSCURRENT. */
  readonly stages?: readonly string[];
}

export class SecretStore {
  readonly #folder: string | undefined;
  readonly #clock: Clock;
  readonly #arnPrefix: string;
  readonly #secrets = new Map<string, Secret>();

  /** `folder` undefined keeps nothing over a restart. */
  constructor(folder: string | undefined, clock: Clock, region: string, account: string) {
    this.#folder = folder;
    this.#clock = clock;
    this.#arnPrefix = `arn:aws:secretsmanager:${region}:${account}:secret:`;
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const file of readdirSync(folder)) {
      // What a killed write left behind holds a secret: it goes.
      if (file.endsWith('.new')) rmSync(join(folder, file));
      if (!file.endsWith('.json')) continue;
      const secret = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Secret;
      this.#secrets.set(secret.name, secret);
    }
  }

  /** The secret's ARN, also before it exists. The six characters behind the name follow from it, so a restart changes none. */
  arnOf(name: string): string {
    return `${this.#arnPrefix}${suffixedName(name)}`;
  }

  /** Full ARN for a name, a full ARN, or an ARN without its suffix. */
  resolveArn(secretId: string): string {
    if (!secretId.startsWith(this.#arnPrefix)) return secretId.startsWith('arn:') ? secretId : this.arnOf(secretId);
    const name = secretId.slice(this.#arnPrefix.length);
    return this.#secrets.has(name) ? this.arnOf(name) : secretId;
  }

  /** Throws ResourceNotFoundException. */
  find(secretId: string): Secret {
    const arn = this.resolveArn(secretId);
    for (const secret of this.#secrets.values()) if (secret.arn === arn) return secret;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }

  has(name: string): boolean {
    return this.#secrets.has(name);
  }

  /** Makes a secret, with a first version or empty. Throws ResourceExistsException, unless it repeats the same call. */
  create(name: string, description: string | undefined, first: NewVersion | undefined): Secret {
    const known = this.#secrets.get(name);
    const repeated = first?.token !== undefined && known?.versions.some((version) => version.id === first.token && sameValue(version.value, first.value)) === true;
    if (known !== undefined && repeated) return known;
    if (known !== undefined) throw new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
    const now = this.#clock.now();
    const versions = first === undefined ? [] : [{ id: first.token ?? randomUUID(), stages: first.stages ?? ['AWSCURRENT'], createdAt: now, value: first.value }];
    const secret: Secret = { name, arn: this.arnOf(name), description, createdAt: now, changedAt: now, versions };
    this.#save(secret);
    return secret;
  }

  /** Adds a version and moves the stages to it. Throws ResourceExistsException when the token has another value. */
  put(secretId: string, { token = randomUUID(), value, stages = ['AWSCURRENT'] }: NewVersion): SecretVersion {
    const secret = this.find(secretId);
    const repeated = secret.versions.find((version) => version.id === token);
    if (repeated !== undefined) {
      if (sameValue(repeated.value, value)) return repeated;
      throw new AwsError('ResourceExistsException', "You can't use ClientRequestToken because that value is already in use for a version of this secret with another content.");
    }
    const now = this.#clock.now();
    const version: SecretVersion = { id: token, stages, createdAt: now, value };
    const others = secret.versions.map((other) => ({ ...other, stages: stagesAfter(other.stages, stages) }));
    this.#save({ ...secret, changedAt: now, versions: [version, ...others.filter((other) => other.stages.length > 0)] });
    return version;
  }

  #save(secret: Secret): void {
    if (this.#folder !== undefined) {
      const path = join(this.#folder, `${createHash('sha256').update(secret.name).digest('hex')}.json`);
      writeFileSync(`${path}.new`, JSON.stringify(secret), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    }
    this.#secrets.set(secret.name, secret);
  }
}

/** What stays of an older version's stages: the one that was current becomes the previous one. */
function stagesAfter(old: readonly string[], taken: readonly string[]): readonly string[] {
  const replaced = taken.includes('AWSCURRENT');
  const kept = old.filter((stage) => !taken.includes(stage) && !(replaced && stage === 'AWSPREVIOUS'));
  return replaced && old.includes('AWSCURRENT') ? [...kept, 'AWSPREVIOUS'] : kept;
}

function sameValue(a: SecretValue, b: SecretValue): boolean {
  return a.string === b.string && a.binary === b.binary;
}

/** The name with the six characters that AWS adds to it in an ARN; here always the same for the same name. */
export function suffixedName(name: string): string {
  return `${name}-${createHash('sha256').update(name).digest('base64').replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 6)}`;
}
