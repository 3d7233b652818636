/** Counts what DynamoDB calls cost: for tests that hold a handler to its price, and for benchmarks. */

export interface MeteredCall {
  readonly principal: string;
  readonly operation: string;
  readonly tables: readonly string[];
  /** Capacity units, as DynamoDB Local reports them: as in AWS, but for condition checks of transactions, which it counts as nothing. */
  readonly readUnits: number;
  readonly writeUnits: number;
  /** `table/partition key` of every item written. */
  readonly writtenKeys: readonly string[];
}

/** Calls kept; older ones are dropped. */
const LIMIT = 200_000;

export class DynamoDbMeter {
  #calls: MeteredCall[] = [];

  record(call: MeteredCall): void {
    this.#calls.push(call);
    if (this.#calls.length > LIMIT) this.#calls = this.#calls.slice(-LIMIT / 2);
  }

  calls(): readonly MeteredCall[] {
    return this.#calls;
  }

  reset(): void {
    this.#calls = [];
  }
}
