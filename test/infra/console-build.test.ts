/** What is loaded before the first page is seen, as Vite's manifest accounts for it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildConsole } from '../../infra/build-console.ts';

interface Chunk { readonly file: string; readonly imports?: readonly string[]; readonly css?: readonly string[]; readonly isDynamicEntry?: boolean }

let dir: string;
let manifest: Readonly<Record<string, Chunk>>;
beforeAll(async () => {
  ({ dir } = await buildConsole());
  manifest = JSON.parse(readFileSync(join(dir, '.vite', 'manifest.json'), 'utf8')) as typeof manifest;
});

const read = (file: string): string => readFileSync(join(dir, file), 'utf8');

/** A chunk and what it imports, without what is loaded later. */
function closure(name: string, seen = new Set<string>()): ReadonlySet<string> {
  if (!seen.has(name)) {
    seen.add(name);
    for (const other of manifest[name]?.imports ?? []) closure(other, seen);
  }
  return seen;
}
const weight = (names: Iterable<string>): number => [...names].reduce((sum, name) => sum + gzipSync(read(manifest[name]?.file ?? '')).length, 0);

describe('the build of the console', () => {
  it('loads less than 400 KB of JavaScript, gzipped, until its first page is there', () => {
    const first = new Set([...closure('index.html'), ...closure('pages/overview/overview-page.tsx')]);
    expect(weight(first)).toBeLessThan(400_000);
  });

  it('is the product\'s, whoever makes it: this test says in its environment that it is one', () => {
    expect(process.env['NODE_ENV']).toBe('test');
    for (const { file } of Object.values(manifest)) if (file.endsWith('.js')) expect([file, read(file).includes('jsxDEV')]).toEqual([file, false]);
  });

  it('has every page in a file of its own, loaded when it is gone to', () => {
    const pages = Object.entries(manifest).filter(([name]) => name.startsWith('pages/') && name.endsWith('-page.tsx'));
    expect(pages.length).toBeGreaterThanOrEqual(4);
    expect(pages.every(([, { isDynamicEntry }]) => isDynamicEntry === true)).toBe(true);
    for (const [name] of pages) expect(closure('index.html').has(name)).toBe(false);
  });

  it('writes nothing into its document that the policy would refuse, and no address of elsewhere', () => {
    const document = read('index.html');
    expect(document).not.toMatch(/<style|style=|<script(?![^>]+src=)|\son\w+=/);
    for (const [, address = ''] of document.matchAll(/(?:src|href)="([^"]+)"/g)) expect(address).toMatch(/^\/(assets\/[\w.-]+-[\w-]{8}\.\w+|mark\.svg|config\.json)$/);
  });

  it('has its fonts as files: the policy knows no data: addresses', () => {
    const sheets = new Set(Object.values(manifest).flatMap(({ css = [] }) => css));
    expect(sheets.size).toBeGreaterThan(0);
    for (const sheet of sheets) expect(read(sheet)).not.toMatch(/url\(['"]?data:/);
  });
});
