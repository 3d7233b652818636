/** How long somebody who types `npm start` waits: for the first line, for the cloud, for the demo's first wave. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../infra/bundle.ts';
import type { Run } from './benchmarks.ts';
import { rounded } from './report.ts';

/** What the program prints when it is so far; the first line of any kind comes before. */
const milestones = [
  { name: 'first line', text: /./ },
  { name: 'cloud synthesised', text: /^Booting / },
  { name: 'cloud booted', text: /^Demo: / },
  { name: 'devices enrolled', text: /✓ \d+ simulated devices enrolled/ },
  { name: 'app placed', text: / uploaded, registered, verified/ },
  { name: 'plan started', text: /✓ Plan started/ },
  // `berlin: 1 wave, 0 installed, …`: the first branch that has one.
  { name: 'first wave', text: /: \d+ waves?, / },
] as const;

/** Milliseconds until it is ended, wherever it is. */
const PATIENCE = 240_000;

export const run: Run = async (say) => {
  const began = performance.now();
  const child = spawn(process.execPath, [join(root, 'bootstrap.mjs'), 'local/start.ts', '--ephemeral', '--exit'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const impatience = setTimeout(() => { child.kill('SIGTERM'); }, PATIENCE);
  const reached = new Map<string, number>();
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const seconds = (performance.now() - began) / 1_000;
      for (const { name } of milestones.filter((milestone) => !reached.has(milestone.name) && milestone.text.test(line))) {
        reached.set(name, rounded(seconds));
        say(`${name}: ${seconds.toFixed(1)} s`);
      }
      if (reached.has('first wave')) break;
    }
  } finally {
    clearTimeout(impatience);
    // It hands the signal on to the program and ends when that has taken its cloud down.
    child.kill('SIGTERM');
    await ended;
  }
  const missing = milestones.filter(({ name }) => !reached.has(name));
  if (missing.length > 0) throw new Error(`npm start ended, or took too long, before this: ${missing.map(({ name }) => name).join(', ')}.`);
  return { rows: [...reached].map(([milestone, seconds]) => ({ milestone, seconds })) };
};
