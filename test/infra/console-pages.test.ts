import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { loadViewerFunction } from '../../local/edge/viewer-function.ts';

/** The function at the console's edge, as it goes into the template. */
const pages = loadViewerFunction(readFileSync(new URL('../../infra/edge/console-pages.js', import.meta.url), 'utf8'), undefined);
const message = { method: 'GET', headers: { host: 'console.example' }, socket: {} } as unknown as IncomingMessage;

describe('the addresses of the console', () => {
  it.each([
    ['/', '/index.html'], ['/branches/berlin', '/index.html'], ['/apps/com.example.app', '/index.html'], ['/index.html', '/index.html'], ['/callback', '/index.html'],
    ['/config.json', '/config.json'], ['/mark.svg', '/mark.svg'], ['/robots.txt', '/robots.txt'], ['/other.json', '/index.html'],
  ])('%s is answered by %s', async (path, served) => {
    expect(await pages.run({ message, path, query: '', requestId: 'r' })).toEqual({ path: served });
  });
});
