/**
 * Follows a table's stream and hands its records on in order, as Lambda's event source mapping does. The position is kept
 * whenever records are done with, so a restart goes on behind the last of them.
 */
import { DynamoDBStreamsClient, GetRecordsCommand, type _Record } from '@aws-sdk/client-dynamodb-streams';
import { SECOND } from '../../core/ambient.ts';
import { Hold } from '../aws/hold.ts';
import type { LocalClock } from '../clock.ts';
import type { StateStore } from '../state-store.ts';
import { deliverBatch, type BatchRules } from './deliver-batch.ts';
import type { EngineAddress } from './engine.ts';
import { iteratorAfter, listShards } from './shards.ts';

export interface StreamOptions extends BatchRules {
  readonly engine: EngineAddress;
  readonly streamArn: string;
  readonly clock: LocalClock;
  readonly store: StateStore;
  /** Of the mapping; its position is kept under it. */
  readonly name: string;
  readonly batchSize: number;
  /** Whether the function's role lets the stream be read. */
  readonly mayRead: () => boolean;
  /** Records as Lambda gets them. How many of them, from the first on, were handled; what it throws is a failure of all. */
  readonly onRecords: (records: readonly StreamRecord[]) => Promise<number>;
  /** Records that failed every time. */
  readonly onGiveUp: (records: readonly StreamRecord[]) => void;
}

/** The shape of Lambda's DynamoDBStreamEvent; times in seconds, as there. */
export interface StreamRecord {
  readonly eventName: string;
  readonly dynamodb: Readonly<Record<string, unknown>> & { readonly SequenceNumber: string };
}

export interface FollowedStream {
  /** The table was written to: the clock is held until the records of that write are handled, or wait to be tried again. */
  wrote(): void;
  stop(): void;
}

/** Sequence number of the last record done with, by shard. */
type Position = Record<string, string>;

/** Longest wait before a failed part is tried again. */
const LONGEST_WAIT = 60 * SECOND;

/** Starts with what was written since the kept position; without one, at the beginning of what the stream still has. */
export function followStream(options: StreamOptions): FollowedStream {
  const follower = new Follower(options);
  follower.wrote();
  return follower;
}

class Follower implements FollowedStream {
  readonly #options: StreamOptions;
  readonly #client: DynamoDBStreamsClient;
  readonly #position: Position;
  /** Where to read on, by shard in their order; undefined: the shards are to be listed. */
  #iterators: Map<string, string> | undefined;
  #running = false;
  #again = false;
  #stopped = false;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#client = new DynamoDBStreamsClient({ endpoint: options.engine.url, region: 'eu-west-1', credentials: { accessKeyId: options.engine.accessKeyId, secretAccessKey: 'local' } });
    this.#position = options.store.load<Position>(this.#document()) ?? {};
  }

  wrote(): void {
    this.#again = true;
    if (this.#running || this.#stopped) return;
    this.#running = true;
    const hold = new Hold(this.#options.clock, `stream ${this.#options.name}`);
    void this.#drain(hold).finally(() => {
      this.#running = false;
      if (this.#again) this.wrote();
      hold.release();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#client.destroy();
  }

  #document(): string {
    return `streams/${this.#options.name}`;
  }

  /** Asked anew after every wait. */
  #ended(): boolean {
    return this.#stopped;
  }

  async #drain(hold: Hold): Promise<void> {
    while (this.#again && !this.#ended()) {
      this.#again = false;
      try {
        const listedBefore = this.#iterators !== undefined;
        this.#iterators ??= await this.#open();
        const iterators = this.#iterators;
        const open = iterators.size;
        for (const [shard, iterator] of iterators) await this.#readShard(shard, iterator, iterators, hold);
        if (iterators.size === 0 || (listedBefore && iterators.size < open)) {
          // A shard has ended: its successor may already hold what was written.
          this.#iterators = undefined;
          this.#again ||= listedBefore;
        }
      } catch {
        // The engine is busy, the role may not read, or an iterator has expired: what was written is still to be handled, from the kept position.
        this.#iterators = undefined;
        this.#again = true;
        await new Promise((done) => setTimeout(done, 200));
      }
    }
  }

  async #open(): Promise<Map<string, string>> {
    const { streamArn } = this.#options;
    const iterators = new Map<string, string>();
    for (const shard of await listShards(this.#client, streamArn)) {
      const iterator = await iteratorAfter(this.#client, streamArn, shard, this.#position[shard]);
      if (iterator !== undefined) iterators.set(shard, iterator);
    }
    return iterators;
  }

  /** Reads until there is nothing new. A shard that has ended leaves the iterators. */
  async #readShard(shard: string, from: string, iterators: Map<string, string>, hold: Hold): Promise<void> {
    for (let iterator = from; !this.#ended(); ) {
      if (!this.#options.mayRead()) throw new Error('The stream may not be read.');
      const { Records = [], NextShardIterator } = await this.#client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: Math.min(1000, this.#options.batchSize) }));
      await this.#deliver(shard, Records.map((record) => lambdaRecord(record, this.#options.streamArn)), hold);
      if (NextShardIterator === undefined) {
        iterators.delete(shard);
        return;
      }
      iterators.set(shard, NextShardIterator);
      if (Records.length === 0) return;
      iterator = NextShardIterator;
    }
  }

  async #deliver(shard: string, records: readonly StreamRecord[], hold: Hold): Promise<void> {
    const { clock, store, onRecords, onGiveUp } = this.#options;
    await deliverBatch(records, this.#options, {
      handle: (part) => onRecords(part).catch(() => 0),
      giveUp: onGiveUp,
      passed: (part) => {
        const last = part.at(-1);
        if (last === undefined || this.#stopped) return;
        this.#position[shard] = last.dynamodb.SequenceNumber;
        store.save(this.#document(), this.#position);
      },
      wait: async (failures) => {
        if (this.#stopped) return false;
        const goOn = hold.pause();
        await clock.until(clock.now() + Math.min(LONGEST_WAIT, SECOND * 2 ** (failures - 1)));
        goOn();
        return !this.#ended();
      },
    });
  }
}

function lambdaRecord({ eventID, eventName, eventVersion, awsRegion, dynamodb }: _Record, eventSourceARN: string): StreamRecord {
  const { ApproximateCreationDateTime: at, ...rest } = dynamodb ?? {};
  const record = {
    eventID, eventName: eventName ?? '', eventVersion, awsRegion, eventSource: 'aws:dynamodb', eventSourceARN,
    dynamodb: { ...rest, SequenceNumber: dynamodb?.SequenceNumber ?? '', ...(at === undefined ? {} : { ApproximateCreationDateTime: at.getTime() / 1000 }) },
  };
  return record;
}
