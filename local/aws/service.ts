/**
 * What a service of the local cloud's one AWS port is. The port has verified the signature, found the principal and
 * taken a hold on the clock before a service is asked; a service decodes, says which actions the request needs, and
 * answers or throws an `AwsError`, which the port puts into the service's own wire format.
 *
 * - `JsonService`: AWS JSON 1.0/1.1 (`X-Amz-Target: Prefix.Operation`): dynamodb, states, sqs, secretsmanager, events.
 * - `RestService`: everything routed by method and path: lambda and scheduler (`rest-json`), s3 (`rest-xml`), and the
 *   form-encoded ones, sts and sns (`query`).
 */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { NeededAction, PolicyHolder } from '../iam/policy.ts';

export type { NeededAction } from '../iam/policy.ts';

export interface Principal extends PolicyHolder {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** When set, requests must carry it (`X-Amz-Security-Token`), as on Lambda. */
  readonly sessionToken?: string;
}

export interface AwsRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly principal: Principal;
  /** Region of the credential scope. */
  readonly region: string;
  /** Unique per request, also the answer's `x-amzn-requestid`. */
  readonly requestId: string;
  /**
   * Lets the clock jump while the request only waits (a long poll). The returned function takes the hold again; call it
   * before going on.
   */
  idle(): () => void;
}

/** A request to a JSON operation: the whole body was read and its hash verified. */
export interface JsonRequest extends AwsRequest {
  readonly body: Buffer;
}

export interface JsonOperation {
  /** Every action that must be allowed. An empty list means that the operation needs none (and is never an oversight). */
  needs(input: JsonInput): readonly NeededAction[];
  /** Returns the output, sent as JSON (`undefined` as `{}`). Throws `AwsError`. */
  handle(input: JsonInput, request: JsonRequest): Promise<unknown>;
}

export type JsonInput = Readonly<Record<string, unknown>>;

export interface JsonService {
  /** Name in the credential scope: `dynamodb`, `states`, `sqs`, `secretsmanager`, `events`. */
  readonly name: string;
  readonly protocolVersion: '1.0' | '1.1';
  /** By operation name, the part of `X-Amz-Target` behind the dot. */
  readonly operations: Readonly<Record<string, JsonOperation>>;
}

/** Wire format of a REST service's errors. */
export type ErrorFormat = 'rest-json' | 'rest-xml' | 'query';

export interface RestRequest extends AwsRequest {
  /** Path as it came, still percent-encoded, without the query. */
  readonly rawPath: string;
  /** The body as it comes, hash not verified: only with `streams`. */
  readonly stream: IncomingMessage;
  /** The hash that was signed: a hex digest, or with `streams` perhaps `UNSIGNED-PAYLOAD` or a `STREAMING-…` form. */
  readonly payloadHash: string;
  /** The whole body, hash verified. At most 16 MB. */
  body(): Promise<Buffer>;
  /**
   * Names the operation for `onCall` and counting, and checks the principal's policies. Call it exactly once before
   * acting. Throws the service's AccessDenied error, or a fault that a test injects.
   */
  authorise(operation: string, input: unknown, needs: readonly NeededAction[]): Promise<void>;
  /** Whether this is allowed as well, for operations that answer by it instead of refusing. Counts as used when it is. */
  permits(need: NeededAction): boolean;
}

export interface RestResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is piped; `content-length` is set for strings and buffers. */
  readonly body?: string | Buffer | Readable;
  /** Given to `onCall` as the call's output. */
  readonly output?: unknown;
}

export interface RestService {
  readonly name: string;
  readonly errorFormat: ErrorFormat;
  /** True for s3: requests name their body's hash in a header, and the body is left for the service to read and check. */
  readonly streams?: boolean;
  handle(request: RestRequest): Promise<RestResponse>;
  /** Answers requests that carry no signature (CORS preflight); `undefined` refuses them. */
  handleUnsigned?(request: IncomingMessage): RestResponse | undefined;
  /** Headers put on every answer, errors included (CORS). */
  headersFor?(request: IncomingMessage): Readonly<Record<string, string>>;
}

export type AwsService = JsonService | RestService;

/** Where the port looks principals up. */
export interface PrincipalRegistry {
  byAccessKey(accessKeyId: string): Principal | undefined;
}

export interface AwsErrorDetails {
  /** Further members of the error's shape, for example `CancellationReasons`. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error as AWS names it; the SDK raises it under `code`. The message carries no secrets or payloads. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly statusCode: number;
  readonly details: AwsErrorDetails;

  constructor(code: string, message: string, statusCode = 400, details: AwsErrorDetails = {}) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
    this.details = details;
  }
}

/** One call that the port answered. Exactly one of `output` and `error` is meaningful. */
export interface AwsCall {
  readonly principal: Principal;
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  readonly output?: unknown;
  readonly error?: AwsError;
}

export interface CallHooks {
  /** Runs after authorisation, before the service acts. May throw an `AwsError` (fault injection). */
  beforeCall?(call: Omit<AwsCall, 'output' | 'error'>): void | Promise<void>;
  /** Runs after the service acted, before the answer leaves. Must not throw. */
  onCall?(call: AwsCall): void;
}
