/** What the console is looked at with: a cloud in the middle of a rollout, its simulated devices, a browser. One for all tests of the console. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { HOUR } from '../../../core/ambient.ts';
import { DemoClient } from '../../../local/demo/admin-client.ts';
import type { DemoFleet } from '../../../local/demo/demo-fleet.ts';
import { sitesFor, startOfDemo } from '../../../local/demo/scenario.ts';
import { placeApp, proveApp, setUpSites, startPlan, type DemoStage } from '../../../local/demo/set-up.ts';
import { bootTestCloud, type TestCloud } from '../local-cloud.ts';
import { startChromium } from '../../../bench/screenshots/chromium.ts';
import { Visit } from './visit.ts';

/** Half an hour before the first window, from when the demo's day begins; and how long the rollout goes before anybody looks. */
const BEGINS = 3.5 * HOUR;
const LASTS = 2 * HOUR;
/** Each has a key of its own to make. */
const DEVICES = 12;
/** Known and not enrolled, in New York: enough that a list of its devices has two pages. */
const EXPECTED = 40;
/** Enough to be seen on a branch's line. */
const PACKAGE_BYTES = 8_000_000;

export type Role = 'viewer' | 'operator' | 'admin';

export class Scene {
  readonly test: TestCloud;
  /** As an administrator's program, to compare with. */
  readonly admin: DemoClient;
  readonly #browser: Browser;
  readonly #fleet: DemoFleet;
  /** For files of the tests; removed in the end. */
  readonly folder: string;

  private constructor(test: TestCloud, admin: DemoClient, browser: Browser, fleet: DemoFleet, folder: string) {
    this.test = test;
    this.admin = admin;
    this.#browser = browser;
    this.#fleet = fleet;
    this.folder = folder;
  }

  get url(): string {
    return this.test.cloud.consoleUrl;
  }

  /** `begun`: the rollout is under way; otherwise there are branches with devices, and no app. */
  static async set({ begun = true }: { readonly begun?: boolean } = {}): Promise<Scene> {
    const folder = mkdtempSync(join(tmpdir(), 'wavecast-console-'));
    const [browser, test] = await Promise.all([startChromium(), bootTestCloud({ pace: 'real', startAt: startOfDemo(Date.now()) + BEGINS })]);
    const { cloud } = test;
    const admin = new DemoClient(cloud);
    const quiet = { write: () => undefined, isTTY: false, columns: () => 80, rows: () => 24 };
    const stage: DemoStage = {
      cloud, api: admin, folder, sites: sitesFor(DEVICES), steps: { begin: () => ({ update: () => undefined, done: () => undefined }) },
      world: { stderr: quiet, stdout: quiet, env: {}, fetch, configFolder: folder, interrupted: new AbortController().signal, sleep: (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); }) } as DemoStage['world'],
    };
    const fleet = await setUpSites(stage);
    const scene = new Scene(test, admin, browser, fleet, folder);
    if (begun) await scene.#begin(stage);
    else fleet.begin();
    return scene;
  }

  /** Until Berlin has had its window, and New York has not. */
  async #begin(stage: DemoStage): Promise<void> {
    const rows = Array.from({ length: EXPECTED }, (_, index) => `spare-${index},new-york`);
    await this.admin.call('importDevices', { body: { csv: ['name,branch', ...rows].join('\n') } });
    const version = await placeApp(stage, PACKAGE_BYTES);
    stage.cloud.clock.setPace('max');
    await proveApp(stage, version);
    await startPlan(stage, version);
    this.#fleet.begin();
    await this.letPass(LASTS);
  }

  /** Time jumps over what is not due. No person signs in meanwhile: their token would not live through it. */
  async letPass(milliseconds: number): Promise<void> {
    const { clock } = this.test.cloud;
    clock.setPace('max');
    await clock.until(clock.now() + milliseconds);
    clock.setPace('real');
  }

  /** What the devices say of an app. */
  report(bundleId: string): ReturnType<DemoFleet['report']> {
    return this.#fleet.report(bundleId);
  }

  /** A person who has just opened the browser: nothing of another visit is there. */
  async visit(options: { readonly width?: number; readonly height?: number; readonly dark?: boolean; readonly language?: string } = {}): Promise<Visit> {
    return Visit.begin(this.#browser, this, options);
  }

  /** A person who has signed in, at a page. */
  async visitAs(role: Role, path = '/', options: Parameters<Scene['visit']>[0] = {}): Promise<Visit> {
    const visit = await this.visit(options);
    await visit.signIn(role, path);
    return visit;
  }

  async end(): Promise<void> {
    await this.#browser.close();
    await this.#fleet.stop();
    await this.test.cloud.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
