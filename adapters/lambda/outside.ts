import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { VerifyServices } from '../../core/catalog/verify-placement.ts';
import { WavecastError } from '../../core/errors.ts';
import { decodeOutsideView } from '../../protocol/outside-view.ts';

/**
 * Has the function look that has no rights but this address, and waits for what it saw. 1 request, as long as the download
 * takes; repeating it only looks again. Throws where the function failed: whoever asked is invoked again.
 */
export function createLook(client: LambdaClient, functionName: string): VerifyServices['look'] {
  return async (manifestUrl) => {
    const { FunctionError, Payload } = await client.send(new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify({ manifestUrl })) }));
    if (FunctionError !== undefined || Payload === undefined) throw new WavecastError('internal', 'The look from outside failed.', { remedy: 'See the log of the function `verify`.' });
    return decodeOutsideView(Buffer.from(Payload).toString('utf8'));
  };
}
