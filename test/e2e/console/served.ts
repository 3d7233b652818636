/** How the console is served: the headers of the template, the same at every address, and whom its pages may ask. */
import { describe, expect, it } from 'vitest';
import type { Scene } from '../../support/console/scene.ts';

const get = (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> => fetch(url, { headers, redirect: 'manual' });

export function served(scene: () => Scene): void {
  describe('the console is served', () => {
    it.each(['/', '/branches/berlin', '/apps/com.example.fieldwork', '/callback?code=x'])('as one document at %s, never kept by anybody', async (path) => {
      const response = await get(`${scene().url}${path}`);
      expect([response.status, response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([200, 'text/html; charset=utf-8', 'no-cache']);
      expect(await response.text()).toContain('<div id="console">');
    });

    it('with files that never change, and nothing in the place of those that are not there', async () => {
      const document = await (await get(`${scene().url}/`)).text();
      const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(document) ?? [];
      const file = await get(`${scene().url}${script}`);
      expect([file.status, file.headers.get('content-type'), file.headers.get('cache-control')]).toEqual([200, 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable']);
      expect((await get(`${scene().url}/assets/index-gone.js`)).status).toBe(404);
    });

    it('with settings that hold nothing but where to ask', async () => {
      const { apiUrl, issuer, clientId, scope, ...more } = await (await get(`${scene().url}/config.json`)).json() as Record<string, string>;
      const { cloud } = scene().test;
      expect([apiUrl, issuer, scope, more]).toEqual([cloud.apiUrl, cloud.issuer.issuer, 'wavecast/api', {}]);
      expect(clientId).toMatch(/^SignInConsole/);
    });

    it('with a policy that knows no inline script or style, and in the document itself the only addresses that may be asked', async () => {
      const response = await get(`${scene().url}/`);
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).not.toMatch(/unsafe|data:|\*(?!;| |$)/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(response.headers.get('strict-transport-security')).toBe('max-age=63072000; includeSubDomains');
      expect([response.headers.get('x-content-type-options'), response.headers.get('x-frame-options'), response.headers.get('referrer-policy')]).toEqual(['nosniff', 'DENY', 'no-referrer']);
      const { cloud } = scene().test;
      const [, narrow = ''] = /<meta http-equiv="content-security-policy" content="([^"]+)">/.exec(await response.text()) ?? [];
      const asked = new Set((/connect-src ([^;]+)/.exec(narrow)?.[1] ?? '').split(' '));
      expect([...asked].filter((origin) => !origin.endsWith('amazoncognito.com'))).toEqual(["'self'", cloud.apiUrl, cloud.awsUrl]);
    });

    it('in few requests and bytes until the overview says something, and in next to none when it was there before', async () => {
      const visit = await scene().visitAs('viewer', '/devices');
      const { page } = visit;
      const client = await page.context().newCDPSession(page);
      await client.send('Network.enable');
      const asked: { readonly path: string; readonly method: string; readonly id: string }[] = [];
      const bytes = new Map<string, number>();
      client.on('Network.requestWillBeSent', ({ requestId: id, request }) => { asked.push({ id, method: request.method, path: new URL(request.url).pathname }); });
      // Of what is in the cache no byte comes over the network.
      client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => { bytes.set(requestId, encodedDataLength); });
      /** Opens the overview, as a person does who has signed in, until it says how the fleet is. */
      const arrival = async (): Promise<{ readonly count: number; readonly api: readonly string[]; readonly fetched: readonly string[]; readonly bytes: number }> => {
        asked.length = 0;
        bytes.clear();
        await page.goto(`${scene().url}/`);
        await page.getByRole('list', { name: 'Fleet' }).waitFor();
        return { count: asked.length, api: asked.filter(({ method, path }) => method === 'GET' && path.startsWith('/v1/')).map(({ path }) => path), fetched: asked.filter(({ id }) => (bytes.get(id) ?? 0) > 0).map(({ path }) => path), bytes: [...bytes.values()].reduce((sum, each) => sum + each, 0) };
      };
      await client.send('Network.clearBrowserCache');
      const [cold, warm] = [await arrival(), await arrival()];
      expect([cold.api, warm.api]).toEqual([['/v1/overview'], ['/v1/overview']]);
      // Not compressed on a laptop; CloudFront does, and test/infra/console-build.test.ts holds what it makes of the scripts.
      expect([cold.count, cold.bytes]).toEqual([expect.toSatisfy((count: number) => count <= 70), expect.toSatisfy((count: number) => count < 2_500_000)]);
      expect(warm.fetched.filter((path) => path.startsWith('/assets/'))).toEqual([]);
      expect(warm.bytes).toBeLessThan(20_000);
      await visit.end();
    });

    it('and the API answers its pages, and those of nobody else', async () => {
      const { cloud } = scene().test;
      const allowed = async (origin: string): Promise<string | null> => (await get(`${cloud.apiUrl}/v1/configuration`, { origin })).headers.get('access-control-allow-origin');
      expect(await allowed(scene().url)).toBe(scene().url);
      expect(await allowed('http://127.0.0.1:1')).toBeNull();
      expect(await allowed('https://elsewhere.example')).toBeNull();
    });

    it('and so does the communication server, for uploads alone', async () => {
      const { parts: [part] } = await scene().admin.call('beginUpload', { body: { fileName: 'Preflight-1.0.0.ipa', size: 1 } });
      const allowed = async (origin: string, method: string): Promise<string | null> =>
        (await fetch(part?.url ?? '', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': method } })).headers.get('access-control-allow-origin');
      expect(await allowed(scene().url, 'PUT')).toBe(scene().url);
      expect(await allowed(scene().url, 'GET')).toBeNull();
      expect(await allowed('https://elsewhere.example', 'PUT')).toBeNull();
    });
  });
}
