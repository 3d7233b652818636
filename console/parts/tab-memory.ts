/** What is kept for this tab while it is worked on: a reload, or going to another page, takes nothing away. */
export interface TabMemory<T> {
  /** Undefined where nothing is kept, or what is kept has another shape. */
  readonly recall: () => T | undefined;
  readonly keep: (value: T) => void;
  readonly forget: () => void;
}

/** `shape`: what is kept must have. Where the browser keeps nothing, work is none the worse while the page is there. */
export function tabMemory<T>(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, key: string, shape: { readonly parse: (value: unknown) => T }): TabMemory<T> {
  const attempt = <A>(what: () => A): A | undefined => {
    try {
      return what();
    } catch {
      return undefined;
    }
  };
  return {
    recall: () => attempt(() => shape.parse(JSON.parse(storage.getItem(key) ?? ''))),
    keep: (value) => { attempt(() => { storage.setItem(key, JSON.stringify(value)); }); },
    forget: () => { attempt(() => { storage.removeItem(key); }); },
  };
}
