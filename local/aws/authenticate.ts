/**
 * From a signed request to its principal. Every refusal has the code that the service's protocol uses: SDKs correct
 * their clock on some of them and name the others in what they throw.
 */
import type { Instant } from '../../core/ambient.ts';
import type { WireFormat } from './error-format.ts';
import { AwsError, type Principal, type PrincipalRegistry } from './service.ts';
import { checkTime, signatureHolds, type IncomingShape, type SignedClaim } from './sigv4.ts';

export type Refusal = 'unsigned' | 'malformed' | 'unknownKey' | 'badToken' | 'badSignature' | 'skewed' | 'expired' | 'wrongRegion';

interface Wording {
  readonly json: string;
  readonly s3: readonly [code: string, status: number];
  readonly query: string;
  readonly message: string;
}

const wording: Readonly<Record<Refusal, Wording>> = {
  unsigned: { json: 'MissingAuthenticationTokenException', s3: ['AccessDenied', 403], query: 'MissingAuthenticationToken', message: 'The request is not signed.' },
  malformed: { json: 'IncompleteSignatureException', s3: ['AuthorizationHeaderMalformed', 400], query: 'IncompleteSignature', message: 'The signature of the request cannot be read.' },
  unknownKey: { json: 'UnrecognizedClientException', s3: ['InvalidAccessKeyId', 403], query: 'InvalidClientTokenId', message: 'The AWS access key ID you provided does not exist in our records.' },
  badToken: { json: 'UnrecognizedClientException', s3: ['InvalidToken', 400], query: 'InvalidClientTokenId', message: 'The security token included in the request is invalid.' },
  badSignature: { json: 'InvalidSignatureException', s3: ['SignatureDoesNotMatch', 403], query: 'SignatureDoesNotMatch', message: 'The request signature we calculated does not match the signature you provided. Check your secret access key and signing method.' },
  skewed: { json: 'InvalidSignatureException', s3: ['RequestTimeTooSkewed', 403], query: 'SignatureDoesNotMatch', message: 'Signature expired or not yet current: its time differs from the local clock by more than 15 minutes.' },
  expired: { json: 'InvalidSignatureException', s3: ['AccessDenied', 403], query: 'RequestExpired', message: 'Request has expired' },
  wrongRegion: { json: 'InvalidSignatureException', s3: ['AuthorizationHeaderMalformed', 400], query: 'SignatureDoesNotMatch', message: 'The request is signed for another region than the one of this local cloud.' },
};

/** The refusal as an error of the given protocol. */
export function refusal(reason: Refusal, format: WireFormat): AwsError {
  const words = wording[reason];
  if (format === 'rest-xml') return new AwsError(words.s3[0], words.message, words.s3[1]);
  if (format === 'query') return new AwsError(words.query, words.message, 403);
  return new AwsError(words.json, words.message, format === 'rest-json' ? 403 : 400);
}

export interface AuthenticationContext {
  readonly principals: PrincipalRegistry;
  readonly region: string;
  readonly now: Instant;
}

/** The principal whose key signed this request with `payloadHash`, or why it is refused. */
export function authenticate(claim: SignedClaim, request: IncomingShape, payloadHash: string, context: AuthenticationContext): Principal | Refusal {
  const principal = context.principals.byAccessKey(claim.accessKeyId);
  if (principal === undefined) return 'unknownKey';
  if (claim.region !== context.region && !(claim.region === '*' && claim.algorithm === 'AWS4-ECDSA-P256-SHA256')) return 'wrongRegion';
  if (principal.sessionToken !== claim.sessionToken) return 'badToken';
  // Before the time: only the key's owner is told how far its clock is off.
  if (!signatureHolds(claim, request, payloadHash, principal.secretAccessKey)) return 'badSignature';
  const time = checkTime(claim, context.now);
  return time === 'valid' ? principal : time;
}
