import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules, stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** Who may import whom, as docs/architecture.md says. `packages`: names of npm packages, `node:` for Node's own modules. */
interface Rule {
  readonly folders: readonly string[];
  readonly packages: readonly RegExp[];
}

const node = /^node:/;
const rules: Readonly<Record<string, Rule>> = {
  core: { folders: ['core'], packages: [] },
  protocol: { folders: ['protocol', 'core'], packages: [/^node:(crypto|zlib|buffer|stream)$/, /^(plist|node-forge|asn1js|reflect-metadata|zod|yauzl|csv-parse|csv-stringify|qr|fast-png)(\/|$)/, /^@peculiar\//] },
  adapters: { folders: ['adapters', 'core', 'protocol'], packages: [node, /^@aws-sdk\//, /^@smithy\//] },
  functions: { folders: ['functions', 'core', 'protocol'], packages: [/^node:(crypto|buffer)$/, /^@middy\//, /^@aws-lambda-powertools\//, /^aws-lambda$/] },
  infra: { folders: ['infra', 'functions', 'protocol'], packages: [node, /^aws-cdk-lib/, /^constructs$/, /^cdk-nag$/, /^esbuild$/, /^vite$/, /^asl-validator$/,] },
  local: { folders: ['local', 'core', 'infra', 'simulator', 'protocol', 'cli'], packages: [/.*/] },
  cli: { folders: ['cli', 'protocol', 'core'], packages: [node, /^commander$/, /^luxon$/, /^cli-progress$/, /^zod$/] },
  console: { folders: ['console', 'protocol', 'core'], packages: [/^react(-dom)?(\/|$)/, /^react-router(\/|$)/, /^@tanstack\/react-query$/, /^@cloudscape-design\//, /^oidc-client-ts$/, /^zod$/] },
  simulator: { folders: ['simulator', 'protocol', 'core'], packages: [node, /^commander$/] },
  bench: { folders: ['bench', 'adapters', 'local', 'infra', 'simulator', 'cli', 'protocol', 'core', 'functions'], packages: [/.*/] },
};

/** The composition root alone knows the adapters and the clients that they are given. */
const compositionRoot: Rule = { folders: ['functions', 'core', 'protocol', 'adapters'], packages: [/^@aws-sdk\//] };

/** How the console is built is no part of it. */
const builds = /^console.(vite\.config|fonts-to-files|dev-server)\.ts$/;
const buildTime: Rule = { folders: ['console'], packages: [node, /^vite$/, /^@vitejs\/plugin-react$/] };

const root = resolve(import.meta.dirname, '..');

function files(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function imports(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

const top = (file: string): string => relative(root, file).split(sep)[0] ?? '';

describe('the sources', () => {
  // Tests are translated by another compiler: what Node strips wrongly (a private method called `declare`) shows only when it is run.
  it.each(Object.keys(rules))('of %s are JavaScript once Node has stripped their types', (folder) => {
    const broken = files(folder).filter((file) => file.endsWith('.ts')).filter((file) => {
      try {
        transformSync(stripTypeScriptTypes(readFileSync(file, 'utf8')), { loader: 'js' });
        return false;
      } catch {
        return true;
      }
    });
    expect(broken.map((file) => relative(root, file))).toEqual([]);
  });
});

describe('the import rule', () => {
  it.each(Object.entries(rules))('%s imports only what it may', (folder, rule) => {
    const breaches = files(folder).flatMap((file) =>
      imports(file).filter((specifier) => {
        const { folders, packages } = file === join(root, 'functions', 'services.ts') ? compositionRoot : builds.test(relative(root, file)) ? buildTime : rule;
        if (specifier.startsWith('.')) return !folders.includes(top(resolve(dirname(file), specifier)));
        if (!specifier.startsWith('node:') && builtinModules.includes(specifier)) return true;
        return !packages.some((allowed) => allowed.test(specifier));
      }).map((specifier) => `${relative(root, file)} imports ${specifier}`),
    );
    expect(breaches).toEqual([]);
  });

  it('lets only functions/services.ts reach the adapters', () => {
    const breaches = files('functions').filter((file) => !file.endsWith(`${sep}services.ts`)).filter((file) => imports(file).some((specifier) => specifier.includes('/adapters/')));
    expect(breaches.map((file) => relative(root, file))).toEqual([]);
  });

  it('lets the console have of the product the form of the API with the words for its faults, pure decisions and the drawing of QR codes alone: what is loaded into a browser is public', () => {
    const allowed = ['qr.ts', 'fault-words.ts'].map((name) => join(root, 'protocol', name));
    const breaches = files('console').flatMap((file) => imports(file)
      .filter((specifier) => specifier.startsWith('.') && top(resolve(dirname(file), specifier)) === 'protocol' && !resolve(dirname(file), specifier).startsWith(join(root, 'protocol', 'admin')) && !allowed.includes(resolve(dirname(file), specifier)))
      .map((specifier) => `${relative(root, file)} imports ${specifier}`));
    expect(breaches).toEqual([]);
  });

  it('lets bench know the functions by their bundles, their environment and the tables of jobs alone', () => {
    // The tables are functions of ports, with nothing of Lambda: a million rows are written by them in a process of the bench.
    const known = /\/functions\/(environment|job-tables)\.ts$/;
    const breaches = files('bench').flatMap((file) => imports(file).filter((specifier) => specifier.includes('/functions/') && !known.test(specifier)).map((specifier) => `${relative(root, file)} imports ${specifier}`));
    expect(breaches).toEqual([]);
  });

  it('lets no adapter import another technology\'s', () => {
    const technology = (file: string): string => relative(join(root, 'adapters'), file).split(sep)[0] ?? '';
    const breaches = files('adapters').flatMap((file) =>
      imports(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => resolve(dirname(file), specifier))
        .filter((target) => top(target) === 'adapters' && technology(target) !== technology(file))
        .map((target) => `${relative(root, file)} imports ${relative(root, target)}`),
    );
    expect(breaches).toEqual([]);
  });

  it('lets one test alone import what is under a licence that is not permissive', () => {
    const importers = [...Object.keys(rules), 'test'].flatMap(files).filter((file) => imports(file).some((specifier) => /^@cloud-copilot\/iam-(simulate|policy|utils)/.test(specifier)));
    expect(importers.map((file) => relative(root, file))).toEqual([join('test', 'local', 'iam', 'simulate.test.ts')]);
  });

  it('keeps the independent client independent: nothing of the product, and no library that the server has for the same job', () => {
    const folder = join('test', 'support', 'independent-client');
    const own = [node, /^pkijs$/, /^asn1js$/, /^fast-xml-parser$/];
    const breaches = files(folder).flatMap((file) =>
      imports(file)
        .filter((specifier) => (specifier.startsWith('.') ? relative(join(root, folder), resolve(dirname(file), specifier)).startsWith('..') : !own.some((allowed) => allowed.test(specifier))))
        .map((specifier) => `${relative(root, file)} imports ${specifier}`),
    );
    expect(breaches).toEqual([]);
    // What its tests compare with is not made by the same library. The types of ASN.1 that PKI.js speaks in are no message.
    const users = ['core', 'protocol', 'adapters', 'functions', 'simulator'].flatMap(files).filter((file) => imports(file).some((specifier) => /^(pkijs|fast-xml-parser)$/.test(specifier)));
    expect(users.map((file) => relative(root, file))).toEqual([]);
  });

  it('knows every folder that holds code', () => {
    const known = [...Object.keys(rules), 'test'];
    const holding = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !['node_modules', 'dist', 'cdk.out', 'coverage', 'docs'].includes(entry.name))
      .map((entry) => entry.name);
    expect(holding.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('has rooms of one noun: no file over 300 lines', () => {
    const long = Object.keys(rules).flatMap((folder) => files(folder)).filter((file) => readFileSync(file, 'utf8').split('\n').length > 301);
    expect(long.map((file) => relative(root, file))).toEqual([]);
  });
});
