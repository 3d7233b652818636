/**
 * A local cloud from which grants are withdrawn while it runs. Time stands unless a flow lets it pass, so that nothing
 * happens by itself between two flows.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '../../../adapters/dynamodb/document-client.ts';
import { createIdentifiers } from '../../../adapters/identifiers.ts';
import { SECOND, type Identifiers, type Instant } from '../../../core/ambient.ts';
import type { BundleId } from '../../../core/ids.ts';
import type { Principal } from '../../../local/aws/service.ts';
import { PLACE } from '../../../local/boot.ts';
import { DemoClient } from '../../../local/demo/admin-client.ts';
import type { NeededAction } from '../../../local/iam/policy.ts';
import { bootTestCloud, type TestCloud } from '../local-cloud.ts';
import { shortRole } from '../synthesised-roles.ts';

/** What a role was refused. */
export interface Refusal extends NeededAction {
  /** Role name. */
  readonly principal: string;
}

/** How long a flow waits for what it set going, and how long after a refusal. */
const PATIENCE = 120 * SECOND;
const PATIENCE_AFTER_REFUSAL = 5 * SECOND;
/** Once everything has been at rest for this long nothing more comes: time stands. */
const REST = SECOND / 4;

export class World {
  readonly test: TestCloud;
  readonly admin: DemoClient;
  readonly document: DynamoDBDocumentClient;
  readonly ids: Identifiers = createIdentifiers();
  /** Apps that flows have added to the catalogue and not taken out of it. */
  readonly apps = new Set<BundleId>();
  /** For files; goes with the world. */
  readonly folder = mkdtempSync(join(tmpdir(), 'wavecast-permissions-'));
  /** Lines that functions have written, by role. */
  readonly #spoken: ReadonlyMap<string, number>;
  #release: () => void;
  #refusals: Refusal[] = [];
  #refusedSince: number | undefined;

  private constructor(test: TestCloud, lines: ReadonlyMap<string, number>) {
    this.test = test;
    this.#release = test.cloud.clock.hold('time stands');
    this.#spoken = lines;
    this.admin = new DemoClient(test.cloud);
    this.document = createDocumentClient(new DynamoDBClient(this.clientOf('developer')));
    test.cloud.authority.observe(({ principal, need, allowed }) => {
      if (allowed) return;
      this.#refusals.push({ principal: principal.name, ...need });
      this.#refusedSince ??= performance.now();
    });
  }

  static async boot(): Promise<World> {
    const lines = new Map<string, number>();
    const test = await bootTestCloud({ pace: 'max', functionLog: (name) => { lines.set(name, (lines.get(name) ?? 0) + 1); } });
    const world = new World(test, lines);
    await test.stores.setPushCertificate();
    return world;
  }

  now(): Instant {
    return this.test.cloud.clock.now();
  }

  /** Settings of a client that acts as a role, by its short name; the developer may do everything. */
  clientOf(role: string): { readonly endpoint: string; readonly region: string; readonly credentials: Principal; readonly systemClockOffset: number } {
    return { endpoint: this.test.cloud.awsUrl, region: PLACE.region, credentials: this.#principal(role), systemClockOffset: this.now() - Date.now() };
  }

  /** Begins to note refusals anew. */
  forget(): void {
    this.#refusals = [];
    this.#refusedSince = undefined;
  }

  /** Of the time since `forget`. */
  refusals(): readonly Refusal[] {
    return this.#refusals;
  }

  /** Resolves when the condition holds. Rejects when nothing comes of it; after a refusal as soon as everything is at rest. */
  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const begun = performance.now();
    let busyAt = begun;
    while (!(await condition())) {
      const now = performance.now();
      if (!this.#atRest()) busyAt = now;
      const refused = this.#refusedSince !== undefined && (now - busyAt > REST || now - this.#refusedSince > PATIENCE_AFTER_REFUSAL);
      if (refused || now - begun > PATIENCE) throw new Error(`It did not come to this: ${what}.`);
      await sleep(20);
    }
  }

  /** Resolves when everything is at rest: queues, streams and functions. */
  async quiet(): Promise<void> {
    const begun = performance.now();
    while (!this.#atRest()) {
      if (performance.now() - begun > PATIENCE) throw new Error(`There is no end of ${this.test.cloud.clock.inFlight().join(', ')}.`);
      await sleep(10);
    }
  }

  /** Only the standing time holds the clock. */
  #atRest(): boolean {
    return this.test.cloud.clock.inFlight().length === 1;
  }

  /** Lets local time pass; it takes only as long as what happens in it. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.now() + milliseconds;
    this.#release();
    await this.test.cloud.clock.until(end);
    this.#release = this.test.cloud.clock.hold('time stands');
  }

  /** How many lines the function of a role has written to its log. */
  spoken(role: string): number {
    return this.#spoken.get(this.#functionOf(role) ?? '') ?? 0;
  }

  /** The function of a role starts cold at its next invocation: it has forgotten what it had read. */
  async recycle(role: string): Promise<void> {
    const name = this.#functionOf(role);
    if (name !== undefined) await this.test.cloud.functions.recycle(name);
  }

  async stop(): Promise<void> {
    this.#release();
    await this.test.cloud.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #principal(role: string): Principal {
    const found = this.test.cloud.principals.find(({ name }) => shortRole(name) === role);
    if (found === undefined) throw new Error(`There is no role ${role}.`);
    return found;
  }

  /** Undefined for the roles of services. */
  #functionOf(role: string): string | undefined {
    const { name } = this.#principal(role);
    return this.test.cloud.template.ofType('AWS::Lambda::Function').find(({ properties }) => String(properties['Role']).endsWith(`:role/${name}`))?.name;
  }
}

/** Something that Wavecast does, as thin as it can be, on data of its own: it can be repeated. */
export interface Flow {
  readonly name: string;
  /** Roles, by their short names, whose grants it proves: without one of those that it uses it does not come through. */
  readonly roles: readonly string[];
  /** AWS itself acts in the role's name: a refusal is no answer to a call of a function. */
  readonly byAws?: boolean;
  /** Rejects where it does not come through. */
  readonly run: (world: World) => Promise<void>;
}
