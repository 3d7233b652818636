/** A state store that keeps text, as files do: what is loaded is never the object that was saved. */
/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- the interface's own form */
import type { StateStore } from '../../../local/state-store.ts';

export function memoryStore(): StateStore & { readonly files: Map<string, string> } {
  const files = new Map<string, string>();
  return {
    files,
    load: <T>(name: string): T | undefined => {
      const text = files.get(name);
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    save: (name: string, value: unknown) => { files.set(name, JSON.stringify(value)); },
  };
}
