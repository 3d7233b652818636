/** The console in a real browser, over a local cloud with simulated devices. All flows share one cloud and one browser: each begins with a visit of its own. */
import { afterAll, beforeAll } from 'vitest';
import { apps } from './console/apps.ts';
import { behaviour } from './console/behaviour.ts';
import { branches } from './console/branches.ts';
import { devices } from './console/devices.ts';
import { everyPage } from './console/every-page.ts';
import { japanese } from './console/japanese.ts';
import { lists } from './console/lists.ts';
import { overview } from './console/overview.ts';
import { plans } from './console/plans.ts';
import { served } from './console/served.ts';
import { settings } from './console/settings.ts';
import { shell } from './console/shell.ts';
import { signIn } from './console/sign-in.ts';
import { Scene } from '../support/console/scene.ts';

let set: Scene | undefined;
const scene = (): Scene => {
  if (set === undefined) throw new Error('The scene is not set.');
  return set;
};
beforeAll(async () => { set = await Scene.set(); }, 400_000);
afterAll(async () => { await set?.end(); }, 60_000);

for (const flows of [served, signIn, shell, overview, lists, branches, devices, plans, everyPage, japanese, apps, settings, behaviour]) flows(scene);
