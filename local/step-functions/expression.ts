/**
 * Evaluates `{% … %}` with JSONata and Step Functions' own functions. Everything in a field that is not such a string
 * stands for itself. Source: Step Functions developer guide, "Transforming data with JSONata".
 */
import { createHash, randomUUID } from 'node:crypto';
import jsonata, { type Expression } from 'jsonata';
import type { Clock } from '../../core/ambient.ts';
import { queryError, StatesError } from './states-error.ts';

export interface Scope {
  /** Workflow variables, without their `$`. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** `$states`: input, result, errorOutput, context. */
  readonly states: Readonly<Record<string, unknown>>;
}

const compiled = new Map<string, Expression>();
const nowSource = jsonata('$fromMillis($instant, $picture, $timezone)');

/** Gives the field's value with every expression in it evaluated. Throws StatesError States.QueryEvaluationError. */
export async function evaluate(field: unknown, scope: Scope, clock: Clock): Promise<unknown> {
  if (typeof field === 'string') return evaluateText(field, scope, clock);
  if (Array.isArray(field)) return Promise.all(field.map((element) => evaluate(element, scope, clock)));
  if (typeof field !== 'object' || field === null) return field;
  const entries = Object.entries(field).map(async ([name, value]) => [name, await evaluate(value, scope, clock)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function evaluateText(text: string, scope: Scope, clock: Clock): Promise<unknown> {
  const source = /^\s*\{%([\s\S]*)%\}\s*$/.exec(text)?.[1];
  if (source === undefined) return text;
  let result: unknown;
  try {
    result = await compile(source).evaluate(undefined, { ...scope.variables, states: scope.states, ...functions(clock) });
  } catch (error) {
    throw new StatesError(queryError, `The JSONata expression '${source.trim()}' failed: ${messageOf(error)}`);
  }
  // A JSONata sequence carries marks of its own and functions are no data: only what JSON can say goes on.
  const plain = JSON.stringify(result) as string | undefined;
  if (plain === undefined) throw new StatesError(queryError, `The JSONata expression '${source.trim()}' returned nothing (undefined).`);
  return JSON.parse(plain);
}

function compile(source: string): Expression {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const expression = jsonata(source);
  compiled.set(source, expression);
  return expression;
}

/** Step Functions' additions, and the two clocks of JSONata put on the local one. */
function functions(clock: Clock): Record<string, unknown> {
  return {
    uuid: () => randomUUID(),
    parse: (json: string) => JSON.parse(json) as unknown,
    hash: (data: string, algorithm = 'SHA-256') => createHash(nodeAlgorithm(algorithm)).update(data).digest('hex'),
    random: (seed?: number) => (seed === undefined ? Math.random() : seededRandom(seed)),
    range: (first: number, last: number, step: number) => range(first, last, step),
    partition: (list: readonly unknown[], size: number) => partition(list, size),
    millis: () => clock.now(),
    now: (picture?: string, timezone?: string) => nowSource.evaluate(undefined, { instant: clock.now(), picture, timezone }),
    eval: () => { throw new Error('$eval is not available in Step Functions.'); },
  };
}

function nodeAlgorithm(algorithm: string): string {
  const names: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' };
  const name = names[algorithm];
  if (name === undefined) throw new Error(`unknown hash algorithm ${algorithm}`);
  return name;
}

/** The same seed gives the same number; its value differs from AWS's, which is not documented. */
function seededRandom(seed: number): number {
  return createHash('sha256').update(String(seed)).digest().readUInt32BE(0) / 2 ** 32;
}

/** From first to last inclusive, as `$range` is documented. At most 1,000 elements. */
function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new Error('$range needs a step other than 0');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > 1_000) throw new Error('$range makes at most 1000 elements');
  return Array.from({ length }, (_, index) => first + index * step);
}

function partition(list: readonly unknown[], size: number): unknown[][] {
  if (!Number.isInteger(size) || size < 1) throw new Error('$partition needs a whole size above 0');
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));
}

function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}
