/**
 * Names under `localhost` lead to this machine, as the local cloud's functions have it: some clients put the account before the
 * host's name. Returns what ends it.
 */
import dns from 'node:dns';

export function resolveLocalhostNames(): () => void {
  const real = dns.lookup;
  dns.lookup = Object.assign((name: string, ...rest: unknown[]) => { Reflect.apply(real, dns, [name.endsWith('.localhost') ? '127.0.0.1' : name, ...rest]); }, real);
  return () => { dns.lookup = real; };
}
