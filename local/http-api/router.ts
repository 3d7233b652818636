/**
 * Which route a request takes. Source: API Gateway developer guide, "Working with routes for HTTP APIs": the most
 * specific path first (text, then `{x}`, then `{proxy+}`), a method before ANY, `$default` last.
 */
import type { HttpRoute } from './definition.ts';

export interface RouteMatch {
  readonly route: HttpRoute;
  /** Decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface CompiledRoute {
  readonly route: HttpRoute;
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  /** Smaller is more specific. */
  readonly rank: string;
}

export type Router = (method: string, path: string) => RouteMatch | undefined;

/** `path` is percent-encoded, as it came. */
export function createRouter(routes: readonly HttpRoute[]): Router {
  const compiled = routes.map(compile).sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  return (method, path) => {
    for (const { route, method: wanted, pattern, names } of compiled) {
      const found = wanted === 'ANY' || wanted === method ? pattern.exec(path) : null;
      if (found !== null) return { route, pathParameters: Object.fromEntries(names.map((name, index) => [name, decodePath(found[index + 1] ?? '')])) };
    }
    return undefined;
  };
}

/** Text that is not valid percent-encoding stands for itself. */
export function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function compile(route: HttpRoute): CompiledRoute {
  if (route.key === '$default') return { route, method: 'ANY', pattern: /^/, names: [], rank: '9' };
  const [method = '', path = ''] = route.key.split(' ');
  const segments = path.split('/').map((segment) => ({ segment, name: /^\{(.+?)\+?\}$/.exec(segment)?.[1], greedy: segment.endsWith('+}') }));
  const source = segments.map(({ segment, name, greedy }) => (name === undefined ? escape(segment) : greedy ? '(.+)' : '([^/]+)')).join('/');
  const specificity = segments.map(({ name, greedy }) => (name === undefined ? '0' : greedy ? '2' : '1')).join('');
  return {
    route, method, pattern: new RegExp(`^${source}$`), names: segments.flatMap(({ name }) => name ?? []),
    rank: `${specificity}${method === 'ANY' ? '1' : '0'}`,
  };
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
