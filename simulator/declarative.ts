/** A simulated device's declarative management: fetches what it is to subscribe to, and reports by itself what changes. */
import { readFetched, type FetchedDeclarations } from '../protocol/declarations.ts';
import type { ManagedStatus } from './device-app.ts';
import { askDeclarations, sendStatus, type ManagedIdentity } from './identity.ts';
import type { SimulatorClock } from './clock.ts';

/** One app, as the status item `mdm.app` tells of it. */
export interface AppStatus {
  readonly identifier: string;
  readonly state: ManagedStatus | undefined;
  readonly version?: string;
  readonly shortVersion?: string;
}

export interface AgentSetting {
  readonly identity: ManagedIdentity;
  readonly clock: SimulatorClock;
  /** Every app that MDM has put on the device, or is putting there. */
  readonly apps: () => readonly AppStatus[];
  readonly facts: { readonly serialNumber: string; readonly productName: string; readonly osVersion: string };
  /** False while the device is switched off. */
  readonly on: () => boolean;
}

/** iOS gathers what changes for a moment. */
const GATHERED = 20_000;

export class DeclarativeAgent {
  readonly #setting: AgentSetting;
  #subscribed: ReadonlySet<string> = new Set();
  readonly #changed = new Set<string>();
  #scheduled = false;

  constructor(setting: AgentSetting) {
    this.#setting = setting;
  }

  /** The command came: fetches the declarations, and reports all that they ask for. */
  async synchronise(): Promise<void> {
    const { identity, clock } = this.#setting;
    const ask = async (endpoint: string): Promise<Buffer> => askDeclarations(identity, endpoint, clock.now());
    const fetched: FetchedDeclarations = await readFetched(ask);
    this.#subscribed = new Set(fetched.statusItems);
    await this.#report(this.#setting.apps().filter(({ state }) => state !== undefined), true);
  }

  /** Something about an app is another than before. */
  changed(identifier: string): void {
    if (!this.#subscribed.has('mdm.app')) return;
    this.#changed.add(identifier);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const { clock, apps, on } = this.#setting;
    clock.at(clock.now() + GATHERED, async () => {
      this.#scheduled = false;
      if (!on()) {
        this.#schedule();
        return;
      }
      const told = apps().filter(({ identifier }) => this.#changed.has(identifier));
      this.#changed.clear();
      await this.#report(told, false);
    });
  }

  async #report(apps: readonly AppStatus[], full: boolean): Promise<void> {
    const { identity, clock, facts } = this.#setting;
    const app = apps.map(({ identifier, state, version, shortVersion }) => (state === undefined
      ? { identifier, _removed: true }
      : { identifier, state: kebab(state), ...(version === undefined ? {} : { version }), ...(shortVersion === undefined ? {} : { 'short-version': shortVersion }) }));
    const device = { identifier: { 'serial-number': facts.serialNumber }, model: { identifier: facts.productName }, 'operating-system': { version: facts.osVersion } };
    await sendStatus(identity, JSON.stringify({ StatusItems: { mdm: { app }, ...(full ? { device } : {}) }, Errors: [], ...(full ? { FullReport: true } : {}) }), clock.now());
  }
}

/** `PromptingForUpdate` is `prompting-for-update`. */
function kebab(state: ManagedStatus): string {
  return state.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
