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
