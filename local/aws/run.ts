/** Running one verified request: a JSON operation, or a REST service with what it may ask of the port. */
import type { IncomingMessage } from 'node:http';
import type { Call } from './call.ts';
import { checkBodyHash, readBody } from './exchange.ts';
import { parseJsonObject } from './rest-json.ts';
import { AwsError, type AwsRequest, type JsonService, type RestResponse, type RestService } from './service.ts';

/** A request whose signature holds. */
export interface Signed {
  readonly request: AwsRequest;
  /** Read and covered by the signature; undefined when the service streams. */
  readonly body: Buffer | undefined;
  readonly payloadHash: string;
  readonly rawPath: string;
}

export async function runJson(service: JsonService, signed: Signed, call: Call): Promise<RestResponse> {
  const { request, body = Buffer.alloc(0) } = signed;
  const target = request.headers['x-amz-target'];
  if (target === undefined) throw new AwsError('UnknownOperationException', `The local ${service.name} speaks AWS JSON only (X-Amz-Target): use a current SDK or CLI.`);
  const name = target.slice(target.lastIndexOf('.') + 1);
  const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
  if (operation === undefined) throw new AwsError('UnknownOperationException', `The local ${service.name} has no operation ${name}.`);
  const input = parseJsonObject(body);
  await call.authorise(name, input, operation.needs(input));
  const output = (await operation.handle(input, { ...request, body })) ?? {};
  return { status: 200, headers: { 'content-type': `application/x-amz-json-${service.protocolVersion}` }, body: JSON.stringify(output), output };
}

export async function runRest(service: RestService, signed: Signed, stream: IncomingMessage, call: Call): Promise<RestResponse> {
  const { request, payloadHash, rawPath } = signed;
  let whole = signed.body;
  const body = async (): Promise<Buffer> => {
    if (whole !== undefined) return whole;
    const read = await readBody(stream);
    checkBodyHash(read, payloadHash);
    whole = read;
    return read;
  };
  return service.handle({ ...request, rawPath, stream, payloadHash, body, authorise: (operation, input, needs) => call.authorise(operation, input, needs), permits: (need) => call.permits(need) });
}
