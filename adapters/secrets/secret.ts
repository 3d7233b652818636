/** A secret that is a JSON document, kept in memory for a while: reading it for every request would cost more than the request. */
import { GetSecretValueCommand, PutSecretValueCommand, ResourceExistsException, ResourceNotFoundException, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createHash, randomUUID } from 'node:crypto';
import { MINUTE, type Clock, type Instant } from '../../core/ambient.ts';
import { WavecastError } from '../../core/errors.ts';

export interface SecretOptions<T> {
  readonly client: SecretsManagerClient;
  /** Name or ARN. The secret exists; it may be without a value, or have one that is none of ours. */
  readonly secretId: string;
  readonly clock: Clock;
  /** The value, or undefined for anything that is none. */
  readonly decode: (document: unknown) => T | undefined;
  /** Milliseconds for which a value is kept; default five minutes. */
  readonly ttl?: number;
}

export interface Secret<T> {
  /** At most 1 request per `ttl` once there is a value; until then 1 each time, so that the first one is used at once. */
  read(): Promise<T | undefined>;
  /** The value as it is now: 1 request. */
  fresh(): Promise<T | undefined>;
  /** The value; where there is none, what `make` makes becomes it. Of several at once one wins, and all answer its. */
  establish(make: () => Promise<T>): Promise<T>;
  replace(value: T): Promise<void>;
  /** Replaces the value by what `change` makes of it as it is now; throws `conflict` where another change came between. */
  change(change: (value: T | undefined) => T): Promise<T>;
}

const TTL = 5 * MINUTE;

export function createSecret<T>({ client, secretId, clock, decode, ttl = TTL }: SecretOptions<T>): Secret<T> {
  let kept: { readonly value: T; readonly until: Instant } | undefined;
  const keep = (value: T): T => {
    kept = { value, until: clock.now() + ttl };
    return value;
  };
  const put = async (value: T, token: string): Promise<void> => {
    await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: JSON.stringify(value), ClientRequestToken: token }));
    keep(value);
  };
  const fetch = async (): Promise<{ readonly value: T | undefined; readonly versionId: string | undefined }> => {
    try {
      const { SecretString, VersionId } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
      return { value: SecretString === undefined ? undefined : decode(parseJson(SecretString)), versionId: VersionId };
    } catch (error) {
      // The secret exists and has no value yet.
      if (error instanceof ResourceNotFoundException) return { value: undefined, versionId: undefined };
      throw error;
    }
  };
  const fresh = async (): ReturnType<typeof fetch> => {
    const found = await fetch();
    if (found.value === undefined) kept = undefined;
    else keep(found.value);
    return found;
  };

  return {
    async read() {
      if (kept !== undefined && clock.now() < kept.until) return kept.value;
      return (await fresh()).value;
    },

    async establish(make) {
      if (kept !== undefined && clock.now() < kept.until) return kept.value;
      const { value, versionId } = await fresh();
      if (value !== undefined) return value;
      const made = await make();
      try {
        // A version's id is given by whoever makes it and taken once: all who saw the same emptiness ask for the same id.
        await put(made, successorOf(secretId, versionId));
        return made;
      } catch (error) {
        if (!(error instanceof ResourceExistsException)) throw error;
      }
      const winner = (await fresh()).value;
      if (winner === undefined) throw new WavecastError('internal', 'A secret was made twice at once and cannot be read.', { remedy: 'Try again in a moment.' });
      return winner;
    },

    async fresh() {
      return (await fresh()).value;
    },

    replace: (value) => put(value, randomUUID()),

    async change(change) {
      const { value, versionId } = await fresh();
      const changed = change(value);
      try {
        // As above: all who change the same version ask for the same next one.
        await put(changed, successorOf(secretId, versionId));
      } catch (error) {
        if (error instanceof ResourceExistsException) throw new WavecastError('conflict', 'The secret has changed meanwhile.', { remedy: 'Look at what is there now, and try again.' });
        throw error;
      }
      return changed;
    },
  };
}

function successorOf(secretId: string, versionId: string | undefined): string {
  return createHash('sha256').update(`${secretId}/${versionId ?? 'empty'}`).digest('hex');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Texts by name from a document of ours; undefined when one is missing or empty. */
export function readTexts<const N extends string>(document: unknown, names: readonly N[]): Readonly<Record<N, string>> | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const texts: Partial<Record<N, string>> = {};
  for (const name of names) {
    const value: unknown = Reflect.get(document, name);
    if (typeof value !== 'string' || value === '') return undefined;
    texts[name] = value;
  }
  // Every name has been read.
  return texts as Record<N, string>;
}
