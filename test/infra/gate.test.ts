import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { loadViewerFunction, type ViewerVerdict } from '../../local/edge/viewer-function.ts';

/** The function of the edge, as it goes into the template. */
const code = readFileSync(new URL('../../infra/edge/gate.js', import.meta.url), 'utf8');
const digest = 'ab'.repeat(32);
const path = `/packages/${digest}/app.ipa`;

function asked(closed: readonly string[], at: string, query: string): Promise<ViewerVerdict> {
  const gate = loadViewerFunction(code, { value: (key) => (closed.includes(key) ? 'closed' : undefined) });
  const message = { method: 'GET', headers: { host: 'packages.example' }, socket: {} } as unknown as IncomingMessage;
  return gate.run({ message, path: at, query, requestId: 'r' });
}

const served = (at: string): ViewerVerdict => ({ path: at });
const later: ViewerVerdict = { status: 503, headers: { 'retry-after': '300', 'cache-control': 'no-store' }, body: '' };

describe('the gate of the communication server', () => {
  it.each<[string, readonly string[], string, string, ViewerVerdict]>([
    ['lets through what nothing closed', [], path, 'i=x&b=berlin', served(path)],
    ['asks devices of a closed branch to come later', ['branch/berlin'], path, 'i=x&b=berlin', later],
    ['lets other branches through', ['branch/berlin'], path, 'i=x&b=tokyo', served(path)],
    ['lets links through that are nobody\'s', ['branch/berlin', 'branch/', 'branch/undefined'], path, 'Expires=1', served(path)],
    ['knows nothing of a withdrawn package', [`package/${digest}`], path, 'i=x&b=berlin', served('/nothing-here')],
    ['lets other packages through', [`package/${'cd'.repeat(32)}`], path, 'i=x&b=berlin', served(path)],
    ['counts the last of two branches, as the signature covers both', ['branch/berlin'], path, 'b=tokyo&b=berlin', later],
    ['is not asked about what is no package', [`package/${digest}`], `/icons/${digest}/app.ipa`, '', served(`/icons/${digest}/app.ipa`)],
  ])('%s', async (_, closed, at, query, expected) => {
    expect(await asked(closed, at, query)).toEqual(expected);
  });

  it('lets nothing through while its key value store cannot be read', async () => {
    const gate = loadViewerFunction(code, { value: () => { throw new Error('unreachable'); } });
    await expect(gate.run({ message: { headers: {}, socket: {} } as unknown as IncomingMessage, path, query: 'b=berlin', requestId: 'r' })).rejects.toThrow('unreachable');
  });

  it('fits into a CloudFront function, and uses no syntax that the runtime lacks', () => {
    expect(Buffer.byteLength(code)).toBeLessThan(10_240);
    expect(code.replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, '')).not.toMatch(/\?\.|\?\?|\bclass\b|\bfor \(const/);
  });
});
