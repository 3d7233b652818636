/**
 * Follows a table's stream and hands its records on in order, as Lambda's event source mapping does. The position is kept
 * after every batch, so a restart goes on behind the last one that was handled.
 */
import { DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand, TrimmedDataAccessException, type _Record } from '@aws-sdk/client-dynamodb-streams';
import { SECOND } from '../../core/ambient.ts';
import type { LocalClock } from '../clock.ts';
import type { StateStore } from '../state-store.ts';

export interface StreamOptions {
  readonly engineUrl: string;
  readonly streamArn: string;
  readonly clock: LocalClock;
  readonly store: StateStore;
  /** Of the mapping; its position is kept under it. */
  readonly name: string;
  readonly batchSize: number;
  readonly maximumAttempts: number;
  /** Records as Lambda gets them. What it throws is tried again, the same batch. */
  readonly onRecords: (records: readonly unknown[]) => Promise<void>;
  /** A batch that failed every time. */
  readonly onGiveUp: (records: readonly unknown[]) => void;
}

export interface FollowedStream {
  /** The table was written to: the clock is held until the records of that write are handled. */
  wrote(): void;
  stop(): void;
}

/** Sequence number of the last record handled, by shard. */
type Position = Record<string, string>;

export function followStream(options: StreamOptions): FollowedStream {
  const follower = new Follower(options);
  follower.wrote();
  return {
    wrote: () => {
      follower.wrote();
    },
    stop: () => {
      follower.stop();
    },
  };
}

class Follower {
  readonly #options: StreamOptions;
  readonly #client: DynamoDBStreamsClient;
  readonly #position: Position;
  #running = false;
  #again = false;
  #stopped = false;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#client = new DynamoDBStreamsClient({ endpoint: options.engineUrl, region: 'eu-west-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
    this.#position = options.store.load<Position>(this.#document()) ?? {};
  }

  wrote(): void {
    this.#again = true;
    if (this.#running || this.#stopped) return;
    this.#running = true;
    const release = this.#options.clock.hold(`stream ${this.#options.name}`);
    void this.#drain().finally(() => {
      this.#running = false;
      release();
      if (this.#again) this.wrote();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#client.destroy();
  }

  /** Asked anew after every wait. */
  #ended(): boolean {
    return this.#stopped;
  }

  #document(): string {
    return `streams/${this.#options.name}`;
  }

  async #drain(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        for (const shard of await this.#shards()) await this.#readShard(shard);
      } catch (error) {
        if (this.#ended()) return;
        // The engine may be busy; what was written is still to be handled.
        this.#again = true;
        await new Promise((done) => setTimeout(done, 200));
        if (!(error instanceof Error)) throw error;
      }
    }
  }

  async #shards(): Promise<readonly string[]> {
    const ids: string[] = [];
    let last: string | undefined;
    do {
      const { StreamDescription } = await this.#client.send(new DescribeStreamCommand({ StreamArn: this.#options.streamArn, ...(last === undefined ? {} : { ExclusiveStartShardId: last }) }));
      for (const { ShardId } of StreamDescription?.Shards ?? []) if (ShardId !== undefined) ids.push(ShardId);
      last = StreamDescription?.LastEvaluatedShardId;
    } while (last !== undefined);
    return ids;
  }

  async #readShard(shardId: string): Promise<void> {
    let iterator = await this.#iterator(shardId);
    while (iterator !== undefined && !this.#stopped) {
      const { Records = [], NextShardIterator } = await this.#client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: Math.min(1000, this.#options.batchSize) }));
      const last = Records.at(-1)?.dynamodb?.SequenceNumber;
      // An open shard never ends: nothing new means that this is all for now.
      if (last === undefined) return;
      await this.#deliver(Records.map((record) => lambdaRecord(record, this.#options.streamArn)));
      this.#position[shardId] = last;
      this.#options.store.save(this.#document(), this.#position);
      iterator = NextShardIterator;
    }
  }

  async #iterator(shardId: string): Promise<string | undefined> {
    const { streamArn: StreamArn } = this.#options;
    const after = this.#position[shardId];
    try {
      const { ShardIterator } = await this.#client.send(new GetShardIteratorCommand(after === undefined
        ? { StreamArn, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' }
        : { StreamArn, ShardId: shardId, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }));
      return ShardIterator;
    } catch (error) {
      // Older than the stream keeps: nothing of this shard is left.
      if (error instanceof TrimmedDataAccessException) return undefined;
      throw error;
    }
  }

  async #deliver(records: readonly unknown[]): Promise<void> {
    const { clock, maximumAttempts, onRecords, onGiveUp } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await onRecords(records);
        return;
      } catch {
        if (this.#stopped) return;
        if (attempt >= maximumAttempts) {
          onGiveUp(records);
          return;
        }
        await clock.until(clock.now() + SECOND * 2 ** (attempt - 1)).finally(() => undefined);
      }
    }
  }
}

/** The shape of Lambda's DynamoDBStreamEvent; times in seconds, as there. */
function lambdaRecord({ eventID, eventName, eventVersion, awsRegion, dynamodb }: _Record, eventSourceARN: string): unknown {
  const { ApproximateCreationDateTime, ...rest } = dynamodb ?? {};
  return {
    eventID, eventName, eventVersion, awsRegion, eventSource: 'aws:dynamodb', eventSourceARN,
    dynamodb: { ...rest, ...(ApproximateCreationDateTime === undefined ? {} : { ApproximateCreationDateTime: ApproximateCreationDateTime.getTime() / 1000 }) },
  };
}
