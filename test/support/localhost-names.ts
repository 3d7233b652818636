/**
 * Names under `localhost` lead to this machine, as the local cloud's functions have it: some clients put the account before the
 * host's name. For this process, until it ends.
 */
import dns from 'node:dns';

let resolving = false;

export function resolveLocalhostNames(): void {
  if (resolving) return;
  resolving = true;
  const real = dns.lookup;
  dns.lookup = Object.assign((name: string, ...rest: unknown[]) => { Reflect.apply(real, dns, [name.endsWith('.localhost') ? '127.0.0.1' : name, ...rest]); }, real);
}
