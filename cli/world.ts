/** What commands need from around them, as arguments, so that tests can give their own. */

export interface Sink {
  readonly write: (text: string) => void;
  readonly isTTY: boolean;
  /** Columns of the terminal; read at each use, since windows are resized. */
  readonly columns: () => number;
  readonly rows: () => number;
}

export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** The whole of standard input as text. */
  readonly readStdin: () => Promise<string>;
  readonly fetch: typeof fetch;
  /** Milliseconds since the Unix epoch on this machine; the server may have another opinion. */
  readonly now: () => number;
  /** Resolves after `milliseconds`, or as soon as the command is interrupted. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** False where no browser could be started. */
  readonly openBrowser: (address: string) => Promise<boolean>;
  /** The user's folder for our session and state; need not exist yet. */
  readonly configFolder: string;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** Colours on a terminal only, and never against NO_COLOR (no-color.org) or a dumb terminal. */
export function wantsColour(sink: Pick<Sink, 'isTTY'>, env: World['env']): boolean {
  return sink.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
