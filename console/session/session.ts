/**
 * Who is signed in: OpenID Connect with authorization code and PKCE. Tokens are kept in this tab's session storage: they outlive a
 * reload and end with the tab, and no other tab or later person finds them. Memory alone would not guard them better against a
 * script of strangers in the page, which could ask for new ones: that is what the content security policy is for.
 */
import { ErrorResponse, UserManager, WebStorageStateStore, type User } from 'oidc-client-ts';
import type { ConsoleSettings } from '../../protocol/admin/console-settings.ts';
import { personOf, type Person } from './role.ts';

export const CALLBACK = '/callback';

/** `ended`: it was there, and could not be renewed. */
export type SessionState = { readonly is: 'signed-in'; readonly person: Person } | { readonly is: 'signed-out'; readonly because?: 'ended' | 'failed' };

export interface Session {
  /** The same object until it changes. */
  readonly state: () => SessionState;
  readonly onChange: (listener: () => void) => () => void;
  /** Leaves for the sign-in page; `path` is where the person wants to be afterwards. */
  readonly signIn: (path: string) => Promise<void>;
  /** Ends the session here and at the issuer, and leaves for the issuer. */
  readonly signOut: () => Promise<void>;
  /** Undefined where nobody is signed in. */
  readonly token: () => Promise<string | undefined>;
  /** A new access token by the refresh token; undefined, and signed out, where the issuer gives none. Rejects where the issuer cannot be reached. */
  readonly renew: () => Promise<string | undefined>;
}

/** Finds the session of this tab, or takes up the one that the issuer has just given. `goTo` gets the path that was kept through the sign-in. */
export async function openSession({ issuer, clientId, scope }: ConsoleSettings, goTo: (path: string) => void): Promise<Session> {
  const store = new WebStorageStateStore({ store: sessionStorage });
  const manager = new UserManager({
    authority: issuer, client_id: clientId, redirect_uri: `${location.origin}${CALLBACK}`, scope: `openid ${scope}`, response_type: 'code',
    userStore: store, stateStore: store, automaticSilentRenew: true, loadUserInfo: false, monitorSession: false,
  });
  const listeners = new Set<() => void>();
  let state: SessionState = { is: 'signed-out' };
  const become = (next: SessionState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const signedIn = ({ access_token: token }: User): void => { become({ is: 'signed-in', person: personOf(token) }); };
  manager.events.addUserLoaded(signedIn);

  if (location.pathname === CALLBACK) {
    try {
      const user = await manager.signinCallback(location.href);
      if (user !== undefined) signedIn(user);
      goTo(pathIn(user?.state));
    } catch {
      // A page that was reloaded, a link that was kept, a person who was refused: they begin again.
      become({ is: 'signed-out', because: 'failed' });
      goTo('/');
    }
  } else {
    const user = await manager.getUser();
    if (user !== null) signedIn(user);
  }

  let renewing: Promise<string | undefined> | undefined;
  const renew = async (): Promise<string | undefined> => {
    // Without a refresh token the library would try a frame, which the policy refuses.
    if ((await manager.getUser())?.refresh_token !== undefined) {
      try {
        const user = await manager.signinSilent();
        if (user !== null) return user.access_token;
      } catch (error) {
        // A network that fails ends no session.
        if (!(error instanceof ErrorResponse)) throw error;
      }
    }
    await manager.removeUser();
    become({ is: 'signed-out', because: 'ended' });
    return undefined;
  };

  return {
    state: () => state,
    onChange: (listener) => {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    signIn: (path) => manager.signinRedirect({ state: path }),
    signOut: async () => {
      const end = await manager.metadataService.getEndSessionEndpoint();
      await manager.revokeTokens(['refresh_token']).catch(() => undefined);
      await manager.removeUser();
      if (end === undefined) {
        become({ is: 'signed-out' });
        return;
      }
      // Cognito asks for `logout_uri`, everybody else for what OpenID Connect calls it.
      location.assign(`${end}?${new URLSearchParams({ client_id: clientId, logout_uri: `${location.origin}/`, post_logout_redirect_uri: `${location.origin}/` }).toString()}`);
    },
    token: async () => (await manager.getUser())?.access_token,
    // Whoever asks while a token is under way waits for that one: a refresh token may be good for one use.
    renew: () => (renewing ??= renew().finally(() => { renewing = undefined; })),
  };
}

/** A path of the console, and no other address, whatever the state holds. */
export function pathIn(state: unknown): string {
  return typeof state === 'string' && /^\/(?![/\\])/.test(state) && !state.startsWith(CALLBACK) ? state : '/';
}
