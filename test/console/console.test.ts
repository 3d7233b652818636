/** The console in a real browser, over a local cloud with simulated devices. All flows share one cloud and one browser: each begins with a visit of its own. */
import { afterAll, beforeAll } from 'vitest';
import { branches } from './flows/branches.ts';
import { everyPage } from './flows/every-page.ts';
import { lists } from './flows/lists.ts';
import { overview } from './flows/overview.ts';
import { served } from './flows/served.ts';
import { shell } from './flows/shell.ts';
import { signIn } from './flows/sign-in.ts';
import { Scene } from './support/scene.ts';

let set: Scene | undefined;
const scene = (): Scene => {
  if (set === undefined) throw new Error('The scene is not set.');
  return set;
};
beforeAll(async () => { set = await Scene.set(); }, 400_000);
afterAll(async () => { await set?.end(); }, 60_000);

for (const flows of [served, signIn, shell, overview, lists, branches, everyPage]) flows(scene);
