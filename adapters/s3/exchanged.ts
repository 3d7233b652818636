/** What S3 answers where a file is no longer the one that was asked for. */
import { S3ServiceException } from '@aws-sdk/client-s3';
import { WavecastError } from '../../core/errors.ts';

const NAMES = ['PreconditionFailed', 'NoSuchKey', 'InvalidRange'];

/** `conflict` for those answers to a request that named the version it wants; any other error as it is. */
export function orExchanged(error: unknown): unknown {
  if (!(error instanceof S3ServiceException) || !NAMES.includes(error.name)) return error;
  return new WavecastError('conflict', 'The file was exchanged or removed while it was read.', { remedy: 'Place it again, wait until that is done, and repeat.', cause: error });
}
