/**
 * Amazon States Language as this interpreter takes it: QueryLanguage JSONata, inline maps, functions as tasks. What it
 * does not know it refuses when the definition is read, so that no field is ever silently ignored.
 * Source: states-language.net specification; Step Functions developer guide.
 */
import * as z from 'zod';

const text = z.string();
const secondsOrExpression = z.union([z.int().min(0).max(99_999_999), text]);
const assignments = z.record(text, z.unknown());

const retrier = z.strictObject({
  ErrorEquals: z.array(text).min(1),
  IntervalSeconds: z.int().min(1).max(31_622_400).optional(),
  MaxAttempts: z.int().min(0).max(99_999_999).optional(),
  BackoffRate: z.number().min(1).optional(),
  MaxDelaySeconds: z.int().min(1).max(31_622_400).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).optional(),
  Comment: text.optional(),
});
export type Retrier = z.infer<typeof retrier>;

const catcher = z.strictObject({
  ErrorEquals: z.array(text).min(1),
  Next: text,
  Assign: assignments.optional(),
  Output: z.unknown().optional(),
  Comment: text.optional(),
});
export type Catcher = z.infer<typeof catcher>;

const described = { Comment: text.optional(), QueryLanguage: z.literal('JSONata').optional() };
const producing = { ...described, Output: z.unknown().optional() };
const moving = { ...producing, Next: text.optional(), End: z.literal(true).optional(), Assign: assignments.optional() };
const recovering = { ...moving, Retry: z.array(retrier).optional(), Catch: z.array(catcher).optional() };

const pass = z.strictObject({ Type: z.literal('Pass'), ...moving });
const task = z.strictObject({
  Type: z.literal('Task'), ...recovering,
  Resource: text, Arguments: z.unknown().optional(), TimeoutSeconds: secondsOrExpression.optional(),
});
const wait = z.strictObject({ Type: z.literal('Wait'), ...moving, Seconds: secondsOrExpression.optional(), Timestamp: text.optional() });
const choice = z.strictObject({
  Type: z.literal('Choice'), ...producing,
  Choices: z.array(z.strictObject({
    Condition: z.union([text, z.boolean()]), Next: text, Assign: assignments.optional(), Output: z.unknown().optional(), Comment: text.optional(),
  })).min(1),
  Default: text.optional(),
  Assign: assignments.optional(),
});
const succeed = z.strictObject({ Type: z.literal('Succeed'), ...producing });
const fail = z.strictObject({ Type: z.literal('Fail'), ...described, Error: text.optional(), Cause: text.optional() });

const flowShape = { Comment: text.optional(), StartAt: text, get States() { return z.record(text, state); } };
const map = z.strictObject({
  Type: z.literal('Map'), ...recovering,
  Items: z.unknown().optional(), ItemSelector: z.unknown().optional(), MaxConcurrency: secondsOrExpression.optional(),
  get ItemProcessor() { return z.strictObject({ ...flowShape, ProcessorConfig: z.strictObject({ Mode: z.literal('INLINE') }).optional() }); },
});
const parallel = z.strictObject({
  Type: z.literal('Parallel'), ...recovering,
  Arguments: z.unknown().optional(),
  get Branches() { return z.array(z.strictObject(flowShape)).min(1); },
});

const state: z.ZodType<State> = z.lazy(() => z.discriminatedUnion('Type', [pass, task, wait, choice, succeed, fail, map, parallel]));

export type PassState = z.infer<typeof pass>;
export type TaskState = z.infer<typeof task>;
export type WaitState = z.infer<typeof wait>;
export type ChoiceState = z.infer<typeof choice>;
export type SucceedState = z.infer<typeof succeed>;
export type FailState = z.infer<typeof fail>;
type Recovering = Pick<TaskState, 'Comment' | 'QueryLanguage' | 'Output' | 'Next' | 'End' | 'Assign' | 'Retry' | 'Catch'>;
export interface MapState extends Recovering {
  Type: 'Map';
  Items?: unknown;
  ItemSelector?: unknown;
  MaxConcurrency?: number | string | undefined;
  ItemProcessor: Flow;
}
export interface ParallelState extends Recovering {
  Type: 'Parallel';
  Arguments?: unknown;
  Branches: Flow[];
}
export type State = PassState | TaskState | WaitState | ChoiceState | SucceedState | FailState | MapState | ParallelState;

/** States and where they begin: a whole machine, a branch or an item processor. */
export interface Flow {
  StartAt: string;
  States: Record<string, State>;
}

export interface Definition extends Flow {
  TimeoutSeconds?: number | undefined;
}

const definition = z.strictObject({
  ...flowShape,
  QueryLanguage: z.literal('JSONata'),
  Version: z.literal('1.0').optional(),
  TimeoutSeconds: z.int().min(1).max(99_999_999).optional(),
});

/** Why a definition is refused, with the place in it. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
}

/** Parses a definition (object or JSON text). Throws DefinitionError. */
export function parseDefinition(source: unknown): Definition {
  const parsed = definition.safeParse(typeof source === 'string' ? JSON.parse(source) : source);
  if (!parsed.success) throw new DefinitionError(`The state machine's definition is not supported: ${z.prettifyError(parsed.error)}`);
  checkFlow(parsed.data, '');
  return parsed.data;
}

function checkFlow(flow: Flow, place: string): void {
  const known = (name: string | undefined, where: string): void => {
    if (name !== undefined && flow.States[name] === undefined) throw new DefinitionError(`${where} names the state "${name}", which does not exist.`);
  };
  known(flow.StartAt, `${place}StartAt`);
  for (const [name, one] of Object.entries(flow.States)) {
    const where = `${place}States.${name}`;
    for (const next of nextOf(one)) known(next, where);
    checkState(one, where);
  }
}

function nextOf(one: State): readonly (string | undefined)[] {
  switch (one.Type) {
    case 'Choice': return [one.Default, ...one.Choices.map((rule) => rule.Next)];
    case 'Succeed': case 'Fail': return [];
    case 'Pass': case 'Wait': return [one.Next];
    case 'Task': case 'Map': case 'Parallel': return [one.Next, ...(one.Catch ?? []).map((each) => each.Next)];
  }
}

function checkState(one: State, where: string): void {
  if (one.Type === 'Succeed' || one.Type === 'Fail' || one.Type === 'Choice') return;
  if ((one.Next === undefined) === (one.End === undefined)) throw new DefinitionError(`${where} needs exactly one of Next and End.`);
  if (one.Type === 'Wait' && (one.Seconds === undefined) === (one.Timestamp === undefined)) {
    throw new DefinitionError(`${where} needs exactly one of Seconds and Timestamp.`);
  }
  if (one.Type === 'Task' && !isInvoke(one.Resource) && !/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(one.Resource)) {
    throw new DefinitionError(`${where} has the resource ${one.Resource}; functions and lambda:invoke are supported.`);
  }
  if (one.Type === 'Map') checkFlow(one.ItemProcessor, `${where}.ItemProcessor.`);
  if (one.Type === 'Parallel') one.Branches.forEach((branch, index) => { checkFlow(branch, `${where}.Branches[${index}].`); });
}

/** Whether a task's resource is the optimised integration that CDK's LambdaInvoke writes. */
export function isInvoke(resource: string): boolean {
  return /^arn:aws[\w-]*:states:::lambda:invoke$/.test(resource);
}
