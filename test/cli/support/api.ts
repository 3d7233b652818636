/** The server's API for tests: a table of answers, and what was asked. */
import { serve, type Answer, type Asked } from './server.ts';
import { startIssuer, type Issuer } from './issuer.ts';

export type Routes = Record<string, Answer | ((asked: Asked) => Answer)>;

export interface TestApi {
  readonly url: string;
  readonly issuer: Issuer;
  /** `METHOD /path below /v1` → answer. Others are not found. */
  routes: Routes;
  readonly asked: Asked[];
  /** Bodies sent to a route, in order. */
  readonly bodies: (route: string) => readonly unknown[];
  /** Tokens that hold; all when empty. */
  readonly goodTokens: Set<string>;
}

export function problem(status: number, code: string, detail: string, more: Readonly<Record<string, unknown>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/problem+json' }, body: { type: `urn:wavecast:problem:${code}`, title: 'Refused', status, code, detail, ...more } };
}

export async function startApi(routes: Routes = {}): Promise<TestApi> {
  const issuer = await startIssuer();
  const asked: Asked[] = [];
  const routeOf = ({ method, path }: Asked): string => `${method} ${path.replace(/^\/v1/, '')}`;
  const url = await serve((each) => {
    asked.push(each);
    if (routeOf(each) === 'GET /configuration') return { body: { issuer: issuer.issuer, clientId: 'cli', scope: 'openid wavecast/api', apiUrl: url } };
    const token = (each.headers.authorization ?? '').replace('Bearer ', '');
    if (token === '' || (api.goodTokens.size > 0 && !api.goodTokens.has(token))) return { status: 401, body: { message: 'Unauthorized' } };
    const answer = api.routes[routeOf(each)];
    if (answer === undefined) return problem(404, 'not-found', 'There is nothing here.');
    return typeof answer === 'function' ? answer(each) : answer;
  });
  const api: TestApi = {
    url, issuer, routes, asked, goodTokens: new Set(),
    bodies: (route) => asked.filter((each) => routeOf(each) === route).map(({ text }) => JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) as unknown),
  };
  return api;
}
