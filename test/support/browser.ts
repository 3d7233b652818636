/** A browser for sign-in pages: keeps cookies and follows redirects until one leaves the server whose addresses begin with `base`. */
export class Browser {
  readonly #base: string;
  readonly #cookies = new Map<string, string>();
  /** The page that was shown last, and its headers. */
  page = '';
  headers = new Headers();

  constructor(base: string) {
    this.#base = base;
  }

  /** Opens an address, or sends a form there. Gives the address at which it ended. */
  async open(url: string, form?: Readonly<Record<string, string>>): Promise<string> {
    for (let [next, body] = [url, form === undefined ? undefined : new URLSearchParams(form)]; ; body = undefined) {
      if (!next.startsWith(this.#base)) return next;
      const response: Response = await fetch(next, {
        redirect: 'manual', ...(body === undefined ? {} : { method: 'POST', body }),
        headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        if (value === '') this.#cookies.delete(name); else this.#cookies.set(name, value);
      }
      this.page = await response.text();
      this.headers = response.headers;
      const location = response.headers.get('location');
      if (location === null) return next;
      next = new URL(location, next).href;
    }
  }
}
