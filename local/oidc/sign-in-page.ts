/** The page where a person signs in: no script, one style, nothing from elsewhere. */
import { createHash } from 'node:crypto';

const style = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f4f5f7; color: #16191f }
main { background: #fff; border: 1px solid #d5dbdb; border-radius: 8px; padding: 2rem; width: min(22rem, 90vw); box-sizing: border-box }
h1 { font-size: 1.25rem; margin: 0 0 1rem }
label { display: block; margin: .75rem 0 .25rem }
input { font: inherit; width: 100%; padding: .5rem; border: 1px solid #7d8998; border-radius: 4px; box-sizing: border-box }
button { font: inherit; margin-top: 1.25rem; width: 100%; padding: .55rem; border: 0; border-radius: 4px; background: #0972d3; color: #fff; cursor: pointer }
[role=alert] { color: #b00020; margin: .5rem 0 0 }
`;
const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

export interface Page {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * `action` is where the form goes. `redirectOrigin` is where the sign-in ends: browsers hold the redirects behind a
 * form to `form-action` too.
 */
export function signInPage(action: string, redirectOrigin: string, failed: boolean): Page {
  const alert = failed ? '<p role="alert">The user name or the password is not right.</p>' : '';
  const body = `<h1>Sign in to Wavecast</h1>${alert}<form method="post" action="${escapeHtml(action)}"><label for="username">User name</label><input id="username" name="username" autocomplete="username" autofocus required><label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required><button type="submit">Sign in</button></form>`;
  return page('Sign in', body, `'self' ${redirectOrigin}`.trim());
}

/** Asks whether the person means it: a link elsewhere could have led here. `form` is the library's own, without a button. */
export function signOutPage(form: string, redirectOrigin: string): Page {
  return page('Sign out', `<h1>Sign out of Wavecast?</h1>${form}<button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>`, `'self' ${redirectOrigin}`.trim());
}

/** Where nobody said where to go on. */
export function signedOutPage(): Page {
  return page('Signed out', '<h1>You are signed out</h1>', "'none'");
}

/** A page that says what went wrong. */
export function errorPage(text: string): Page {
  return page('Sign-in failed', `<h1>Sign-in failed</h1><p>${escapeHtml(text)}</p><p>Begin again where you came from.</p>`, "'none'");
}

function page(title: string, body: string, formAction: string): Page {
  return {
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style></head><body><main>${body}</main></body></html>`,
    headers: {
      'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff',
      'content-security-policy': `default-src 'none'; style-src ${styleHash}; form-action ${formAction}; frame-ancestors 'none'; base-uri 'none'`,
    },
  };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
