/** The server's API for tests: answers canned by operation. What is asked and what is answered are held against the API's own schemas. */
import { onTestFinished } from 'vitest';
import { WavecastError } from '../../../core/errors.ts';
import type { Operation } from '../../../protocol/admin/operation.ts';
import { operationNames, operations, type AnswerOf, type OperationName } from '../../../protocol/admin/operations.ts';
import { problemOf } from '../../../protocol/admin/problem.ts';
import { parseBody, parseQuery } from '../../../protocol/admin/request.ts';
import { startIssuer, type Issuer } from './issuer.ts';
import { serve, type Answer, type Asked } from './server.ts';

export interface Call {
  readonly name: OperationName;
  /** The path's id, decoded. */
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What is answered in the API's stead by something in front of it. */
export class Gateway {
  readonly answer: Answer;

  constructor(answer: Answer) {
    this.answer = answer;
  }
}

type Given<N extends OperationName> = AnswerOf<N> | WavecastError | Gateway;
/** Refusals are given as the server would throw them. An operation without an answer is one whose id does not exist. */
export type Answers = { [N in OperationName]?: Given<N> | ((call: Call) => Given<N>) };

export interface TestApi {
  readonly url: string;
  readonly issuer: Issuer;
  answers: Answers;
  /** Every request as it came, refused ones and those for the configuration too. */
  readonly asked: Asked[];
  /** Those that the real server would have carried out, in order. */
  readonly calls: (name: OperationName) => readonly Call[];
  readonly bodies: (name: OperationName) => readonly unknown[];
  /** Tokens that hold; all when empty. */
  readonly goodTokens: Set<string>;
}

export async function startApi(answers: Answers = {}): Promise<TestApi> {
  const issuer = await startIssuer();
  const asked: Asked[] = [];
  const calls: Call[] = [];
  const drifted: unknown[] = [];
  const url: string = await serve((each) => {
    asked.push(each);
    try {
      const answer = respond(each);
      return answer instanceof Gateway ? answer.answer : { body: answer };
    } catch (error) {
      if (!(error instanceof WavecastError)) drifted.push(error);
      const problem = problemOf(error);
      return { status: problem.status, headers: { 'content-type': 'application/problem+json' }, body: problem };
    }
  });
  const respond = (each: Asked): unknown => {
    const call = callOf(each);
    if (operations[call.name].role !== 'anyone' && !holds(each, api.goodTokens)) return new Gateway({ status: 401, body: { message: 'Unauthorized' } });
    checkCall(call, each);
    calls.push(call);
    const canned = call.name === 'getConfiguration' ? { issuer: issuer.issuer, clientId: 'cli', scope: 'openid wavecast/api', apiUrl: url } : api.answers[call.name];
    const answer = typeof canned === 'function' ? canned(call) : canned;
    if (answer === undefined) throw new WavecastError('not-found', 'There is nothing here.', { remedy: 'Look elsewhere.' });
    if (answer instanceof WavecastError) throw answer;
    if (!(answer instanceof Gateway)) operations[call.name].answer.parse(answer);
    return answer;
  };
  const api: TestApi = {
    url, issuer, answers, asked, goodTokens: new Set(),
    calls: (name) => calls.filter((call) => call.name === name),
    bodies: (name) => calls.filter((call) => call.name === name).map(({ body }) => body),
  };
  // A canned answer that the real server could not give proves nothing.
  onTestFinished(() => { if (drifted.length > 0) throw new AggregateError(drifted, 'The test\'s server answered what the real one could not.'); });
  return api;
}

function callOf({ method, path, query, text }: Asked): Call {
  for (const name of operationNames) {
    const match = method === operations[name].method ? new RegExp(`^/v1/${operations[name].path.replaceAll('.', '\\.').replace('{id}', '([^/]+)')}$`).exec(path) : null;
    if (match !== null) return { name, id: decodeURIComponent(match[1] ?? ''), query: Object.fromEntries(query), body: text === '' ? undefined : (JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) as unknown) };
  }
  throw new WavecastError('not-found', 'The API has no such operation.', { remedy: 'See GET /v1/openapi.json.' });
}

/** Throws what the real server says of a query or body that the operation does not have. */
function checkCall({ name, query, body }: Call, { headers }: Asked): void {
  const forms: Operation = operations[name];
  parseQuery(forms.query, query);
  parseBody(forms.body, body === undefined ? undefined : JSON.stringify(body));
  if (body !== undefined && headers['content-type'] !== 'application/json') throw new WavecastError('invalid-input', 'The body is not said to be JSON.');
}

function holds({ headers }: Asked, good: ReadonlySet<string>): boolean {
  const token = (headers.authorization ?? '').replace('Bearer ', '');
  return token !== '' && (good.size === 0 || good.has(token));
}
