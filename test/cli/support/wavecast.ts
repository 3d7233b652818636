/** A command line under test, against a server of the test's own. */
import { run } from '../../../cli/program.ts';
import { startApi, type Answers, type TestApi } from './api.ts';
import { testWorld, type TestWorld, type WorldOptions } from './world.ts';

export interface Ran {
  readonly api: TestApi;
  readonly world: TestWorld;
  readonly status: number;
}

/** Runs one command, signed in. */
export async function wavecast(answers: Answers, args: readonly string[], options: WorldOptions = {}): Promise<Ran> {
  const api = await startApi(answers);
  const { env, ...rest } = options;
  const world = testWorld({ env: { WAVECAST_URL: api.url, WAVECAST_TOKEN: 'token', ...env }, ...rest });
  return { api, world, status: await run(args, world, '1.0.0') };
}
