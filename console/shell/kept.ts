/** What a person chose, kept in this browser: language, theme. Never who they are. */

export interface Kept {
  read(): string | null;
  write(value: string): void;
}

/** Browsers that keep nothing (private windows, policies) are none the worse. */
export function kept(name: string): Kept {
  const key = `wavecast.${name}`;
  return {
    read: () => {
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    write: (value) => {
      try {
        localStorage.setItem(key, value);
      } catch {
        // It holds until the page is left.
      }
    },
  };
}
