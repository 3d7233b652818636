/**
 * From an HTTP request to its answer. Everything in flight holds the clock; every answer is dated by it, because SDKs
 * set their own clock by that header.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../../core/ambient.ts';
import type { LocalClock } from '../clock.ts';
import type { Authority } from '../iam/authority.ts';
import { authenticate, refusal } from './authenticate.ts';
import { Call, type CallContext } from './call.ts';
import { errorResponse, formatOf, type WireFormat } from './error-format.ts';
import { flatHeaders, readBody, send } from './exchange.ts';
import { Hold } from './hold.ts';
import { runJson, runRest, type Signed } from './run.ts';
import { AwsError, type AwsService, type CallHooks, type PrincipalRegistry, type RestResponse } from './service.ts';
import { readClaim, sha256Hex, type SignedClaim } from './sigv4.ts';

export interface DispatcherOptions {
  readonly principals: PrincipalRegistry;
  readonly services: readonly AwsService[];
  readonly clock: Pick<LocalClock, 'now' | 'hold'>;
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
  readonly authority: Authority;
  /** Told of faults of the stand-ins themselves, which answer 500. */
  readonly logger?: Logger;
}

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #context: CallContext;
  readonly #services: ReadonlyMap<string, AwsService>;

  constructor(options: DispatcherOptions, hooks: ReadonlySet<CallHooks>) {
    this.#options = options;
    this.#context = { account: options.account, authority: options.authority, hooks };
    this.#services = new Map(options.services.map((service) => [service.name, service]));
    if (this.#services.size !== options.services.length) throw new Error('Two services of the AWS port have the same name.');
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const hold = new Hold(this.#options.clock, `aws ${request.method ?? ''} ${requestId}`);
    response.sendDate = false;
    const claim = readClaim({ method: request.method ?? 'GET', target: request.url ?? '/', headers: flatHeaders(request) });
    const service = this.#serviceFor(request, claim);
    try {
      const answer = await this.#dispatch(request, claim, service, requestId, hold);
      const cors = service !== undefined && 'handle' in service ? service.headersFor?.(request) : undefined;
      const common = { date: new Date(this.#options.clock.now()).toUTCString(), 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId, ...cors };
      await send(request, response, answer, common);
    } catch (error) {
      // Only the sending can fail here: there is nobody left to tell.
      this.#options.logger?.warn('aws-port.answer-lost', { requestId, reason: error instanceof Error ? error.message : 'unknown' });
      response.destroy();
    } finally {
      hold.release();
    }
  }

  /** The service that the claim names; for requests without a readable claim the one whose error format fits. */
  #serviceFor(request: IncomingMessage, claim: SignedClaim | 'malformed' | undefined): AwsService | undefined {
    if (typeof claim === 'object') return this.#services.get(claim.service);
    if (request.headers['x-amz-target'] !== undefined) return this.#options.services.find((service) => 'operations' in service);
    return this.#options.services.find((service) => formatOf(service) === 'rest-xml');
  }

  async #dispatch(request: IncomingMessage, claim: SignedClaim | 'malformed' | undefined, service: AwsService | undefined, requestId: string, hold: Hold): Promise<RestResponse> {
    const format = service === undefined ? 'json' : formatOf(service);
    let call: Call | undefined;
    try {
      // A browser asks before it sends to a presigned address: nobody has signed for that question, though the address bears a signature.
      if (claim === undefined || request.method === 'OPTIONS') return this.#unsigned(request, format);
      if (claim === 'malformed') throw refusal('malformed', format);
      if (service === undefined) throw new AwsError('UnknownService', `The local cloud has no service ${claim.service}.`, 404);
      const signed = await this.#verify(request, claim, service, requestId, hold);
      call = new Call(this.#context, signed.request.principal, service.name, format);
      const answer = 'operations' in service ? await runJson(service, signed, call) : await runRest(service, signed, request, call);
      call.succeeded(answer.output);
      return answer;
    } catch (error) {
      const failure = this.#asAwsError(error, format, requestId);
      call?.failed(failure);
      return errorResponse(failure, format, requestId);
    }
  }

  #unsigned(request: IncomingMessage, format: WireFormat): RestResponse {
    for (const service of this.#options.services) {
      const answer = 'handle' in service ? service.handleUnsigned?.(request) : undefined;
      if (answer !== undefined) return answer;
    }
    throw refusal('unsigned', format);
  }

  /** Verifies the signature. It covers the body: a service that does not stream has it read, and hashed, first. */
  async #verify(request: IncomingMessage, claim: SignedClaim, service: AwsService, requestId: string, hold: Hold): Promise<Signed> {
    const { principals, region, clock } = this.#options;
    const format = formatOf(service);
    const headers = flatHeaders(request);
    const shape = { method: request.method ?? 'GET', target: request.url ?? '/', headers };
    const url = new URL(shape.target, 'http://127.0.0.1');
    const body = 'streams' in service && service.streams ? undefined : await readBody(request);
    const payloadHash = body === undefined ? declaredHash(claim, url, headers) : sha256Hex(body);
    if (payloadHash === undefined) throw refusal('malformed', format);
    const principal = authenticate(claim, shape, payloadHash, { principals, region, now: clock.now() });
    if (typeof principal === 'string') throw refusal(principal, format);
    return { request: { method: shape.method, url, headers, principal, region, requestId, idle: () => hold.pause() }, body, payloadHash, rawPath: shape.target.split('?')[0] ?? '/' };
  }

  #asAwsError(error: unknown, format: WireFormat, requestId: string): AwsError {
    if (error instanceof AwsError) return error;
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#options.logger?.error('aws-port.fault', { requestId, reason });
    return new AwsError(format === 'rest-xml' ? 'InternalError' : 'InternalFailure', 'The local cloud failed to answer; its log says why.', 500);
  }
}

/** The hash that a streamed request says its body has; presigned URLs are made before there is one. */
function declaredHash(claim: SignedClaim, url: URL, headers: Readonly<Record<string, string>>): string | undefined {
  if (claim.expiresIn === undefined) return headers['x-amz-content-sha256'];
  return url.searchParams.get('X-Amz-Content-Sha256') ?? headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
}
