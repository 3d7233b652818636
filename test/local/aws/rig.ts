/** A port with a clock that moves only when told, and the client settings that reach it. */
import { randomUUID } from 'node:crypto';
import type { Instant } from '../../../core/ambient.ts';
import type { Timer } from '../../../local/clock.ts';
import { startAwsPort, type AwsPort } from '../../../local/aws/port.ts';
import { Principals } from '../../../local/aws/principals.ts';
import type { AwsService, Principal } from '../../../local/aws/service.ts';
import type { Policy, Statement } from '../../../local/iam/policy.ts';
import { Authority } from '../../../local/iam/authority.ts';
import { UsageRecorder } from '../../../local/iam/usage.ts';

export const region = 'eu-west-1';
export const account = '000000000000';

/** Time that stands still until `advance`. Counts holds. */
export class ManualClock {
  #now: Instant;
  #timers: { readonly at: Instant; readonly call: () => void }[] = [];
  readonly holds = new Set<symbol>();

  constructor(now: Instant = Date.now()) {
    this.#now = now;
  }

  now(): Instant {
    return this.#now;
  }

  at(at: Instant, call: () => void): Timer {
    const timer = { at, call };
    this.#timers.push(timer);
    return { cancel: () => { this.#timers = this.#timers.filter((other) => other !== timer); } };
  }

  hold(label: string): () => void {
    const hold = Symbol(label);
    this.holds.add(hold);
    return () => { this.holds.delete(hold); };
  }

  get timers(): number {
    return this.#timers.length;
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#now = Math.max(this.#now, due.at);
      due.call();
    }
    this.#now = end;
  }
}

export interface Rig {
  readonly port: AwsPort;
  readonly clock: ManualClock;
  readonly principals: Principals;
  readonly usage: UsageRecorder;
  readonly root: Principal;
}

export async function startRig(services: (clock: ManualClock) => readonly AwsService[]): Promise<Rig> {
  const clock = new ManualClock();
  const principals = new Principals();
  const usage = new UsageRecorder();
  const authority = new Authority();
  authority.observe((ruling) => { if (ruling.allowed) usage.record(ruling.principal, ruling.need); });
  const root = principal('developer', 'all');
  principals.add(root);
  const port = await startAwsPort({ port: 0, principals, services: services(clock), clock, region, account, authority });
  return { port, clock, principals, usage, root };
}

export function principal(name: string, policies: readonly Policy[] | 'all'): Principal {
  return { name, accessKeyId: `AKIA${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`, secretAccessKey: randomUUID(), policies };
}

/** A role that may do what the statements say, known to the port. */
export function role(rig: Rig, name: string, ...statements: readonly Statement[]): Principal {
  const added = { ...principal(name, [{ name: `${name}-policy`, Statement: statements }]), sessionToken: randomUUID() };
  rig.principals.add(added);
  return added;
}

export function allow(action: string | readonly string[], resource: string | readonly string[], condition?: Statement['Condition']): Statement {
  return { Effect: 'Allow', Action: action, Resource: resource, ...(condition === undefined ? {} : { Condition: condition }) };
}

/** Settings of any SDK client that acts as `who`. One attempt: what is tested is the first answer. */
export function clientSettings(rig: Rig, who: Principal = rig.root): { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }; maxAttempts: number } {
  const { accessKeyId, secretAccessKey, sessionToken } = who;
  return { endpoint: rig.port.url, region, credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }, maxAttempts: 1 };
}

/** The error that `promise` rejects with. Fails when it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<{ name: string; message: string; $metadata: { httpStatusCode?: number } }> {
  try {
    await promise;
  } catch (error) {
    return error as { name: string; message: string; $metadata: { httpStatusCode?: number } };
  }
  throw new Error('Expected a rejection.');
}
