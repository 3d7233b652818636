/**
 * The gate at the edge, as keys of a CloudFront key value store: `branch/<id>` and `package/<sha256>`, which infra/edge/gate.js
 * looks for. CloudFront brings a change to all edges within seconds.
 */
// Signature Version 4A, which this API alone of ours needs: its client finds it by this import.
import '@aws-sdk/signature-v4a';
import {
  ConflictException, DeleteKeyCommand, DescribeKeyValueStoreCommand, PutKeyCommand, ResourceNotFoundException, ValidationException, type CloudFrontKeyValueStoreClient,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import type { EdgeGate, Gated } from '../../core/catalog/edge-gate.ts';
import { WavecastError } from '../../core/errors.ts';

export interface EdgeGateOptions {
  readonly client: CloudFrontKeyValueStoreClient;
  /** ARN of the key value store. */
  readonly storeArn: string;
}

/** Every change names the store's version that it was made for; of several at once each comes through after a few tries. */
const TRIES = 8;

export function createEdgeGate({ client, storeArn }: EdgeGateOptions): EdgeGate {
  /** 2 requests; 2 more for each change by somebody else in between. */
  const change = async (send: (version: string) => Promise<unknown>): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      const { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN: storeArn }));
      try {
        await send(ETag ?? '');
        return;
      } catch (error) {
        if (!isOutdated(error)) throw error;
        if (tries === TRIES) throw new WavecastError('throttled', 'The communication server could not be told: others are changing it.', { cause: error, remedy: 'Repeat the request.' });
      }
    }
  };
  return {
    close: (what) => change((IfMatch) => client.send(new PutKeyCommand({ KvsARN: storeArn, Key: keyOf(what), Value: 'closed', IfMatch }))),
    open: (what) => change(async (IfMatch) => {
      try {
        await client.send(new DeleteKeyCommand({ KvsARN: storeArn, Key: keyOf(what), IfMatch }));
      } catch (error) {
        // The store has just been described: what is missing is the key.
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    }),
  };
}

function keyOf(what: Gated): string {
  return what.kind === 'branch' ? `branch/${what.branchId}` : `package/${what.digest}`;
}

/** The store has changed since it was described. The reference names a conflict; the service has also been seen to call it a failed pre-condition. */
function isOutdated(error: unknown): boolean {
  return error instanceof ConflictException || (error instanceof ValidationException && /pre-?condition/i.test(error.message));
}
