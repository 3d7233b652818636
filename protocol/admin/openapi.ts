/** The description of the administrators' API, OpenAPI 3.1, made from the operations' schemas. */
import * as z from 'zod';
import { errorCodes } from '../../core/errors.ts';
import type { Operation } from './operation.ts';
import { nothing } from './field.ts';
import { operations } from './operations.ts';
import { problemStatus } from './problem.ts';

type Json = Readonly<Record<string, unknown>>;

/** Raised when an operation changes in a way that a client can notice. */
const VERSION = '1.0.0';
const DEFINITIONS = '#/$defs/';
const COMPONENTS = '#/components/schemas/';

/** `url`: where the API is, without a slash at the end. */
export function describeApi(url: string): Json {
  const schemas: Record<string, unknown> = { Problem: problemSchema };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    const path = paths[`/v1/${operation.path}`] ?? {};
    paths[`/v1/${operation.path}`] = path;
    path[operation.method.toLowerCase()] = describeOperation(name, operation, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Wavecast', version: VERSION, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'In-house iOS apps to a fleet over MDM, in staggered waves. Every change is written to the audit log. A refusal is `application/problem+json` with a stable `code` and a `remedy`.',
    },
    servers: [{ url }],
    tags: [...new Set(Object.values<Operation>(operations).map(({ tag }) => tag))].map((name) => ({ name })),
    security: [{ token: [] }],
    paths,
    components: { schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))), securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token with the scope `wavecast/api`, of a user in the group viewer, operator or admin.' } } },
  };
}

function describeOperation(name: string, { tag, summary, role, path, query, body, answer }: Operation, schemas: Record<string, unknown>): Json {
  const parameters = [
    ...(path.includes('{id}') ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] : []),
    ...queryParameters(jsonSchema(query, 'input', schemas)),
  ];
  return {
    operationId: name, tags: [tag], summary,
    ...(role === 'anyone' ? { security: [] } : { description: `Needs the role ${role}.` }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === nothing ? {} : { requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(body, 'input', schemas) } } } }),
    responses: {
      200: { description: 'Done.', content: { 'application/json': { schema: jsonSchema(answer, 'output', schemas) } } },
      default: { description: 'Refused.', content: { 'application/problem+json': { schema: { $ref: `${COMPONENTS}Problem` } } } },
    },
  };
}

function queryParameters({ properties, required }: Json): readonly Json[] {
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(typeof properties === 'object' && properties !== null ? properties : {}).map(([name, schema]: [string, Json]) => {
    const { description, ...rest } = schema;
    return { name, in: 'query', required: needed.includes(name), ...(description === undefined ? {} : { description }), schema: rest };
  });
}

/** The schema; what it names is put into `schemas`. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', schemas: Record<string, unknown>): Json {
  // Answers may get new fields: a client that refuses unknown ones would break with the next release.
  const { $schema: _, $defs, ...made } = z.toJSONSchema(schema, { io, override: ({ jsonSchema: found }) => {
    delete found.readOnly;
    if (io === 'output') delete found.additionalProperties;
  } });
  for (const [id, definition] of Object.entries($defs ?? {})) schemas[id] = withoutId(pointed(definition));
  const { id, ...rest } = pointed(made) as Json;
  if (typeof id !== 'string') return rest;
  schemas[id] = rest;
  return { $ref: `${COMPONENTS}${id}` };
}

function withoutId(schema: unknown): unknown {
  const { id: _, ...rest } = schema as Json;
  return rest;
}

function pointed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]: [string, unknown]) => [key, key === '$ref' && typeof part === 'string' ? part.replace(DEFINITIONS, COMPONENTS) : pointed(part)]));
}

const problemSchema: Json = {
  type: 'object', description: 'RFC 9457, with a stable code and what to do next.', required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string' }, title: { type: 'string' }, detail: { type: 'string' }, remedy: { type: 'string' }, evidence: { type: 'array', items: { type: 'string' } },
    status: { type: 'integer', enum: [...new Set(errorCodes.map(problemStatus))].sort((a, b) => a - b) },
    code: { type: 'string', enum: [...errorCodes] },
  },
};
