import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { startEngine } from '../../../local/dynamodb/engine.ts';
import { ensureJava } from '../../../local/dynamodb/java.ts';

const answers = (url: string): Promise<boolean> => fetch(url).then(() => true, () => false);

describe('the engine', () => {
  it('ends with the process that started it, however that is killed', async () => {
    const program = `import { startEngine } from ${JSON.stringify(new URL('../../../local/dynamodb/engine.ts', import.meta.url).href)}; console.log((await startEngine({ java: ${JSON.stringify(ensureJava(() => undefined))} })).url);`;
    const owner = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const url = await new Promise<string>((resolve, reject) => {
      owner.stdout.setEncoding('utf8').once('data', (text: string) => { resolve(text.trim()); });
      owner.once('exit', (code) => { reject(new Error(`The process that should start the engine ended with ${String(code)}.`)); });
    });
    expect(await answers(url)).toBe(true);
    owner.kill('SIGKILL');
    await expect.poll(() => answers(url)).toBe(false);
  });

  it('stops when told, and says why it does not start', async () => {
    const engine = await startEngine({ java: ensureJava(() => undefined) });
    expect(await answers(engine.url)).toBe(true);
    await engine.stop();
    expect(await answers(engine.url)).toBe(false);
    await expect(startEngine({ java: '/nowhere/java' })).rejects.toThrow(/did not start: .*\/nowhere\/java/s);
  });
});
