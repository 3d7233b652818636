/** `npm run dev:console`: the console's sources as they are being written, over a local cloud that runs already (`npm start`). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const HOST = '127.0.0.1';
const PORT = 5173;

/** Where the running cloud is, as it has written into its data folder. `WAVECAST_DATA` names another one than `npm start` takes by itself. */
function runningCloud(): { readonly apiUrl: string; readonly consoleUrl: string } {
  const path = join(process.env['WAVECAST_DATA'] ?? join(import.meta.dirname, '..', '.wavecast'), 'local.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ReturnType<typeof runningCloud>;
  } catch (cause) {
    throw new Error(`There is no local cloud to work over: ${path} cannot be read. Run npm start first, or name its data folder in WAVECAST_DATA.`, { cause });
  }
}

/** The API behind the same address as the sources, since it answers the pages of no other; the sign-in lets any port of this machine come back. */
export function overLocalCloud(): Plugin {
  return {
    name: 'wavecast-over-local-cloud',
    apply: 'serve',
    config: () => ({ server: { host: HOST, port: PORT, strictPort: true, proxy: { '/v1': runningCloud().apiUrl } } }),
    configureServer(server) {
      server.middlewares.use('/config.json', (_, response, next) => {
        fetch(`${runningCloud().consoleUrl}/config.json`).then(async (answer) => {
          response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...await answer.json() as object, apiUrl: `http://${HOST}:${PORT}` }));
        }).catch(next);
      });
    },
  };
}
