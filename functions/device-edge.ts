/**
 * What every endpoint for devices shares. The status codes are Apple's to interpret: 400 for what is malformed or not
 * identified (never 401 or 403, on which a device removes its management), 5xx for faults of ours (it tries again).
 */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Handler } from 'aws-lambda';
import type { Instant } from '../core/ambient.ts';
import { WavecastError, type ErrorCode } from '../core/errors.ts';
import type { Sha256 } from '../core/ids.ts';
import { problemOf, type Problem } from '../protocol/admin/problem.ts';
import { judgeIssued } from '../protocol/issued-identity.ts';
import { readClientCertificate, verifyMdmSignature, type VerifiedSigner } from '../protocol/signature.ts';
import { log } from './services.ts';

export interface DeviceCall {
  readonly event: APIGatewayProxyEventV2;
  readonly body: Buffer;
}

export type DeviceAnswer = APIGatewayProxyStructuredResultV2;

/** Base64 and the event around it must fit into Lambda's 6 MB. */
const LARGEST_BODY = 4 * 1024 * 1024;

/** 200 without a body: nothing (more) to do. 204 would be an error to some clients. */
export const empty: DeviceAnswer = { statusCode: 200, body: '' };

const statusOf: Partial<Record<ErrorCode, number>> = { 'too-large': 413, 'not-found': 404, internal: 500, throttled: 503, conflict: 503, 'push-certificate-missing': 503 };

/** Devices pass over what a refusal says; whoever looks for the fault reads it. */
function refusal(problem: Problem): DeviceAnswer {
  return { headers: { 'content-type': 'application/problem+json' }, body: JSON.stringify(problem) };
}

/** Wraps an endpoint: decodes the body, turns errors into statuses and what `refuse` says of them, and logs codes alone. */
export function deviceEndpoint(serve: (call: DeviceCall) => Promise<DeviceAnswer>, refuse: (problem: Problem) => DeviceAnswer = refusal): Handler<APIGatewayProxyEventV2, DeviceAnswer> {
  return async (event) => {
    try {
      const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
      if (body.byteLength > LARGEST_BODY) throw new WavecastError('too-large', 'The body is too large.');
      return await serve({ event, body });
    } catch (error) {
      const code: ErrorCode = error instanceof WavecastError ? error.code : 'internal';
      const statusCode = statusOf[code] ?? 400;
      const fields = { code, route: event.routeKey, requestId: event.requestContext.requestId };
      if (statusCode >= 500) log.error('a device request failed', { ...fields, error: error instanceof Error ? error.name : 'unknown' });
      else log.warn('a device request was refused', { ...fields, reason: error instanceof WavecastError ? error.message : '' });
      return { ...refuse({ ...problemOf(error), status: statusCode }), statusCode };
    }
  };
}

/**
 * Whose request it is: the signer of its body, or where it is not signed the client of its mutual TLS; in either case a
 * certificate of ours, valid now. Its pin is checked where the enrolment is known. Throws `identity-refused`.
 */
export async function identified(call: DeviceCall, authorities: () => Promise<readonly string[]>, now: Instant): Promise<Sha256> {
  const { certificate, fingerprint } = identityOf(call);
  const verdict = judgeIssued(certificate, await authorities(), now);
  if (!verdict.ours) throw new WavecastError('identity-refused', `The identity is not accepted: ${verdict.reason}.`);
  return fingerprint;
}

/** API Gateway alone says who the client of its TLS is, after it has seen the proof of the key; at its own address it asks nobody. */
function identityOf({ event, body }: DeviceCall): VerifiedSigner {
  const header = event.headers['mdm-signature'];
  const pem = event.requestContext.authentication?.clientCert.clientCertPem;
  return header === undefined && pem !== undefined ? readClientCertificate(pem) : verifyMdmSignature(header, body);
}
