/**
 * Every call to a port is a point at which the process that makes it can end, or its call be lost, repeated or overtaken. The
 * points of a course of events are numbered as they are met, and a blow falls on one of them: the next course meets the same
 * points up to there.
 */

/** What befalls the call with a number. */
export const blows = ['killed before', 'killed after', 'repeated', 'refused', 'answer lost', 'overtaken'] as const;
export type Blow = (typeof blows)[number];

export interface Strike {
  readonly at: number;
  readonly blow: Blow;
}

export interface Points {
  /** The names of the calls that were met, in their order: `runs.openWave`. */
  readonly met: readonly string[];
  /**
   * The ports of a process of its own. `again`: the same work as another process does it, whole, where this one is overtaken. What is
   * no object with functions (a clock's value, a map) is handed on as it is.
   */
  ports<T extends object>(ports: T, again: () => Promise<unknown>): T;
}

/** Says which process it was, by an error that nothing else throws. */
export class Struck extends Error {
  override readonly name = 'Struck';
}

/** Not numbered: they neither wait nor leave anything behind. */
const unnumbered: ReadonlySet<string> = new Set(['tables', 'clock', 'ids', 'log']);

export function awaitPoints(strike?: Strike): Points {
  const met: string[] = [];
  /** One process's call: in its turn, unless the process has ended. */
  const callIn = (process: { ended: boolean }, again: () => Promise<unknown>) => async (name: string, call: () => Promise<unknown>): Promise<unknown> => {
    if (process.ended) throw new Struck('The process has ended.');
    met.push(name);
    if (met.length !== strike?.at) return call();
    switch (strike.blow) {
      case 'killed before':
        process.ended = true;
        throw new Struck(`Killed before ${name}.`);
      case 'killed after':
        await call();
        process.ended = true;
        throw new Struck(`Killed after ${name}.`);
      case 'repeated':
        await call();
        return call();
      case 'refused':
        throw new Struck(`${name} was refused.`);
      case 'answer lost':
        await call();
        throw new Struck(`The answer of ${name} was lost.`);
      case 'overtaken':
        await again();
        return call();
    }
  };
  return {
    met,
    ports(ports, again) {
      const call = callIn({ ended: false }, again);
      return new Proxy(ports, {
        get(all, noun, receiver) {
          const port: unknown = Reflect.get(all, noun, receiver);
          return typeof port !== 'object' || port === null || unnumbered.has(String(noun)) ? port : numbered(port, String(noun), call);
        },
      });
    },
  };
}

function numbered(port: object, noun: string, call: (name: string, made: () => Promise<unknown>) => Promise<unknown>): object {
  return new Proxy(port, {
    get(methods, verb, receiver) {
      const method: unknown = Reflect.get(methods, verb, receiver);
      if (typeof method !== 'function') return method;
      return (...args: readonly unknown[]) => call(`${noun}.${String(verb)}`, (): Promise<unknown> => Promise.resolve<unknown>(Reflect.apply(method, methods, args)));
    },
  });
}
