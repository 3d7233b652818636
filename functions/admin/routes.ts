/** The operations of the administrators' API, by method and path. */
import type { Caller } from '../../protocol/admin/caller.ts';
import type { AdminServices } from './admin-services.ts';
import { getBranches, putBranch } from './branches.ts';

export interface AdminCall {
  readonly services: AdminServices;
  /** Undefined on the open routes alone. */
  readonly caller: Caller | undefined;
  /** The path's `{id}`, decoded. */
  readonly label: string;
  readonly body: string | undefined;
}

export interface AdminRoute {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: RegExp;
  /** Needs no token. */
  readonly open?: true;
  readonly serve: (call: AdminCall) => Promise<unknown>;
}

export const routes: readonly AdminRoute[] = [
  { method: 'GET', path: /^\/v1\/configuration$/, open: true, serve: ({ services }) => Promise.resolve(services.configuration) },
  { method: 'GET', path: /^\/v1\/branches$/, serve: getBranches },
  { method: 'PUT', path: /^\/v1\/branches\/(?<id>[^/]+)$/, serve: putBranch },
];
