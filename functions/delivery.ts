/** GET|HEAD /d/{link}/manifest.plist: the manifest of one instruction, or of a version for its verification, with a signed address of its package. */
import { serveManifest, serveVerifier } from '../core/catalog/serve-manifest.ts';
import { WavecastError } from '../core/errors.ts';
import { decodeInstallLink } from '../protocol/install-link.ts';
import { encodeManifest } from '../protocol/manifest.ts';
import { decodeVerificationLink, isVerificationLink } from '../protocol/verification-link.ts';
import { deviceEndpoint } from './device-edge.ts';
import { clock, deliveryServices, manifestKeys } from './services.ts';

const services = deliveryServices();

export const handler = deviceEndpoint(async ({ event }) => {
  const [text, keys, now] = [event.pathParameters?.['link'] ?? '', await manifestKeys(), clock.now()];
  const { version, app, ...addresses } = isVerificationLink(text)
    ? await serveVerifier(services, known(() => decodeVerificationLink(text, keys)), now)
    : await serveManifest(services, known(() => decodeInstallLink(text, keys)), event.requestContext.http.method === 'HEAD' ? 'look' : 'fetch', now);
  const manifest = encodeManifest({
    ...addresses, bundleId: version.bundleId, version: version.version, title: app?.title ?? version.title, sha256s: version.chunkDigests, sha256Size: version.chunkSize,
  });
  return { statusCode: 200, headers: { 'content-type': 'text/xml', 'cache-control': 'no-store' }, body: manifest };
});

/** Whatever is wrong with a link, the answer is the same. */
function known<T>(decode: () => T): T {
  try {
    return decode();
  } catch {
    throw new WavecastError('not-found', 'There is nothing here.');
  }
}
