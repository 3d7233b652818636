import { describe, expect, it } from 'vitest';
import { contentTypeOf, publishSite, type PackagedFile } from '../../core/site.ts';

async function* packaged(...paths: readonly string[]): AsyncGenerator<PackagedFile, undefined> {
  for (const path of paths) yield await Promise.resolve({ path, bytes: new Uint8Array() });
  return undefined;
}

describe('publishing a site', () => {
  it('puts documents last: what they name is there before them', async () => {
    const put: string[] = [];
    const count = await publishSite({ put: (path, _, type) => { put.push(`${path} ${type}`); return Promise.resolve(); } }, packaged('index.html', 'assets/a.js', 'config.json'));
    expect([count, put]).toEqual([3, ['assets/a.js text/javascript; charset=utf-8', 'config.json application/json', 'index.html text/html; charset=utf-8']]);
  });

  it('puts no document where a file before it failed', async () => {
    const put: string[] = [];
    const site = { put: (path: string) => (path.endsWith('.js') ? Promise.reject(new Error('no')) : Promise.resolve(put.push(path)).then(() => undefined)) };
    await expect(publishSite(site, packaged('index.html', 'a.js'))).rejects.toThrow('no');
    expect(put).toEqual([]);
  });

  it('calls what it does not know bytes, which no browser runs', () => {
    expect([contentTypeOf('a.exe'), contentTypeOf('a'), contentTypeOf('constructor'), contentTypeOf('a.constructor')]).toEqual(Array(4).fill('application/octet-stream'));
  });
});
