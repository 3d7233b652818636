/**
 * REST JSON services (lambda, scheduler) as a table of routes: `restJsonService('scheduler', [route, …])` is the whole
 * service. Path labels are decoded; `{Name+}` takes the rest of the path.
 */
import { AwsError, type JsonInput, type NeededAction, type RestRequest, type RestResponse, type RestService } from './service.ts';

export interface RestJsonInput {
  /** Labels of the path, decoded. */
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The body as parsed JSON, `{}` when there is none or the route takes raw bytes. */
  readonly json: JsonInput;
  /** The body as it came. */
  readonly body: Buffer;
}

export interface RestJsonRoute {
  /** API name: `CreateSchedule`, `Invoke`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/schedules/{Name}`, `/2015-03-31/functions/{FunctionName}/invocations`. */
  readonly path: string;
  /** True where the body is a payload of any form and not the operation's JSON (Lambda Invoke). */
  readonly rawBody?: boolean;
  needs(input: RestJsonInput): readonly NeededAction[];
  /** Returns the JSON output (status 200), or a whole response made with `rawResponse`. */
  handle(input: RestJsonInput, request: RestRequest): Promise<unknown>;
}

class RawResponse {
  readonly response: RestResponse;
  constructor(response: RestResponse) {
    this.response = response;
  }
}

/** For answers that are not plain JSON with status 200. */
export function rawResponse(response: RestResponse): unknown {
  return new RawResponse(response);
}

/** Builds the service from its routes. Paths that match none answer UnknownOperationException (404). */
export function restJsonService(name: string, routes: readonly RestJsonRoute[]): RestService {
  const compiled = routes.map((route) => ({ route, pattern: compile(route.path) }));
  return {
    name,
    errorFormat: 'rest-json',
    handle: async (request) => {
      const matches = compiled.flatMap(({ route, pattern }) => {
        const found = route.method === request.method ? pattern.exec(request.rawPath) : null;
        return found === null ? [] : [{ route, labels: decodeLabels(found.groups ?? {}) }];
      });
      const match = matches[0];
      if (match === undefined) {
        throw new AwsError('UnknownOperationException', `${name} has no operation at ${request.method} ${request.rawPath}.`, 404);
      }
      const { route, labels } = match;
      const body = await request.body();
      const json = route.rawBody === true ? {} : parseJsonObject(body);
      const input: RestJsonInput = { labels, query: request.url.searchParams, json, body };
      await request.authorise(route.operation, { ...json, ...labels }, route.needs(input));
      const output = await route.handle(input, request);
      if (output instanceof RawResponse) return output.response;
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(output ?? {}), output };
    },
  };
}

/** Parses a body that must be a JSON object; an empty one is `{}`. Throws SerializationException. */
export function parseJsonObject(body: Buffer): JsonInput {
  if (body.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new AwsError('SerializationException', 'The request body is not a JSON object.');
  }
  return parsed as JsonInput;
}

function compile(path: string): RegExp {
  const source = path.replaceAll(/[.*?^$()|[\]\\]/g, '\\$&').replaceAll(/\{(\w+)(\+?)\}/g, (_, label: string, greedy: string) =>
    `(?<${label}>${greedy === '' ? '[^/]+' : '.+'})`);
  return new RegExp(`^${source}/?$`);
}

function decodeLabels(groups: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([label, value]) => [label, decodeURIComponent(value)]));
}
