import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFunctions, functionNames, root } from '../../infra/bundle.ts';
import { openWorkshop, type Workshop } from './entries.ts';

let workshop: Workshop;
let outDir: string;

beforeAll(async () => {
  workshop = openWorkshop();
  outDir = join(workshop.dir, 'bundles');
  workshop.write('scep', `
    import { createAuthority } from ${JSON.stringify(join(root, 'protocol', 'certificate-authority.ts'))};
    export const handler = async () => (await createAuthority('Bundled', Date.UTC(2026, 0, 1), 1)).certificatePem;
    export class NamedInTheLog extends Error {}`);
  await bundleFunctions({ entriesDir: workshop.entriesDir, outDir });
});
afterAll(() => { workshop.remove(); });

function load(name: string): { readonly handler: () => Promise<unknown>; readonly NamedInTheLog?: { readonly name: string } } {
  return createRequire(import.meta.url)(join(outDir, name, 'index.cjs')) as ReturnType<typeof load>;
}

describe('the bundles', () => {
  it.each(functionNames.filter((name) => name !== 'scep'))('have a handler for %s', async (name) => {
    await expect(load(name).handler()).resolves.toBe(name);
  });

  it('carry reflect-metadata before the certificate library needs it', async () => {
    await expect(load('scep').handler()).resolves.toContain('-----BEGIN CERTIFICATE-----');
  });

  it('keep the names of classes, which the log shows', () => {
    expect(load('scep').NamedInTheLog?.name).toBe('NamedInTheLog');
  });

  it('lie beside their source maps', () => {
    expect(readFileSync(join(outDir, 'scep', 'index.cjs'), 'utf8')).toMatch(/\/\/# sourceMappingURL=index\.cjs\.map\s*$/);
    expect(existsSync(join(outDir, 'scep', 'index.cjs.map'))).toBe(true);
  });

  it('say which entries are missing', async () => {
    const other = openWorkshop();
    rmSync(join(other.entriesDir, 'waker.ts'));
    rmSync(join(other.entriesDir, 'admin.ts'));
    await expect(bundleFunctions({ entriesDir: other.entriesDir, outDir: join(other.dir, 'bundles') })).rejects.toThrow(/names admin, waker, but there is no .*admin\.ts, .*waker\.ts\./);
    other.remove();
  });
});
