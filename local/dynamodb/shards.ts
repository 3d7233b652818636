/** The shards of a stream, and where to read in them. */
import { DescribeStreamCommand, GetShardIteratorCommand, TrimmedDataAccessException, type DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';

/** Ids, older first: the engine opens a new shard when it closes one. */
export async function listShards(client: DynamoDBStreamsClient, streamArn: string): Promise<readonly string[]> {
  const ids: string[] = [];
  let last: string | undefined;
  do {
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn: streamArn, ...(last === undefined ? {} : { ExclusiveStartShardId: last }) }));
    for (const { ShardId } of StreamDescription?.Shards ?? []) if (ShardId !== undefined) ids.push(ShardId);
    last = StreamDescription?.LastEvaluatedShardId;
  } while (last !== undefined);
  return ids;
}

/** Behind this record, or at the beginning of the shard. Undefined where the shard holds nothing any more. */
export async function iteratorAfter(client: DynamoDBStreamsClient, streamArn: string, shard: string, sequenceNumber: string | undefined): Promise<string | undefined> {
  try {
    const { ShardIterator } = await client.send(new GetShardIteratorCommand(sequenceNumber === undefined
      ? { StreamArn: streamArn, ShardId: shard, ShardIteratorType: 'TRIM_HORIZON' }
      : { StreamArn: streamArn, ShardId: shard, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequenceNumber }));
    return ShardIterator;
  } catch (error) {
    // Records are kept for a day: this position is older.
    if (error instanceof TrimmedDataAccessException) return undefined;
    throw error;
  }
}
