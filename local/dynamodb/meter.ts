/** Counts what DynamoDB calls cost, by function and by table: for tests that hold a handler to its price, and for benchmarks. */

export interface TableUnits {
  /** Its physical name. */
  readonly table: string;
  /**
   * Capacity units, as in AWS, indexes included. Those of a transaction are right only where the meter was weighing: of
   * itself DynamoDB Local says something else. Queries that find nothing count as nothing.
   */
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface CallFacts {
  /** Name of the role whose keys signed the call. */
  readonly principal: string;
  readonly operation: string;
  /** Every table that the call names. */
  readonly consumed: readonly TableUnits[];
  /** `table/partition key` of every item written; none where it failed. */
  readonly writtenKeys: readonly string[];
  /**
   * DynamoDB's name of the error, where it is one: a condition that did not hold, most often. AWS charges such a call
   * like one that was done; DynamoDB Local does not say what it would have been.
   */
  readonly failure?: string;
}

export interface MeteredCall extends CallFacts {
  /** The function that made it, as functions/environment.ts names it; undefined where a person's keys did. */
  readonly functionName: string | undefined;
}

/** Calls kept; older ones are dropped. */
const LIMIT = 200_000;

export class DynamoDbMeter {
  /**
   * Whether the items of transactions are read before and after, so that their units are right. It makes transactions a
   * few milliseconds slower: off, unless somebody wants to know.
   */
  weighing = false;
  /** Told of every call as it is recorded: for runs of more calls than are kept. */
  watch: ((call: MeteredCall) => void) | undefined;
  readonly #functionOf: ReadonlyMap<string, string>;
  #calls: MeteredCall[] = [];

  /** `functionOf`: name of the function that has each role; a function has a role of its own, so a call is its. */
  constructor(functionOf: ReadonlyMap<string, string> = new Map()) {
    this.#functionOf = functionOf;
  }

  record(call: CallFacts): void {
    const metered = { ...call, functionName: this.#functionOf.get(call.principal) };
    this.#calls.push(metered);
    this.watch?.(metered);
    if (this.#calls.length > LIMIT) this.#calls = this.#calls.slice(-LIMIT / 2);
  }

  calls(): readonly MeteredCall[] {
    return this.#calls;
  }

  reset(): void {
    this.#calls = [];
  }
}
