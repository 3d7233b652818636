/** Signing a person in: shows the page, checks the password, gives the answer back to the provider. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import { errorPage, signInPage, type Page } from './sign-in-page.ts';

const LONGEST_FORM = 4_096;

/** `passwords` by user name. */
export async function signIn(provider: Provider, request: IncomingMessage, response: ServerResponse, path: string, passwords: Readonly<Record<string, string>>): Promise<void> {
  let redirectOrigin: string;
  try {
    const { params } = await provider.interactionDetails(request, response);
    redirectOrigin = typeof params['redirect_uri'] === 'string' ? new URL(params['redirect_uri']).origin : '';
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
    send(response, 400, errorPage('This sign-in has expired, or cookies are refused.'));
    return;
  }
  if (request.method !== 'POST') {
    send(response, 200, signInPage(path, redirectOrigin, false));
    return;
  }
  const form = await readForm(request);
  const username = form.get('username') ?? '';
  if (!isPassword(passwords, username, form.get('password') ?? '')) {
    send(response, 200, signInPage(path, redirectOrigin, true));
    return;
  }
  await provider.interactionFinished(request, response, { login: { accountId: username } }, { mergeWithLastSubmission: false });
}

export function send(response: ServerResponse, status: number, page: Page): void {
  response.writeHead(status, { ...page.headers, 'content-length': Buffer.byteLength(page.html) }).end(page.html);
}

/** Takes the same time for any wrong password, and for a user that does not exist. */
function isPassword(passwords: Readonly<Record<string, string>>, username: string, password: string): boolean {
  const expected = Object.hasOwn(passwords, username) ? passwords[username] : undefined;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(password), digest(expected ?? '')) && expected !== undefined && expected !== '';
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > LONGEST_FORM) return new URLSearchParams();
  }
  return new URLSearchParams(text);
}
