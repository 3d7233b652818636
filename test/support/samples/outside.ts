/** What the world sees of a placement that is as it should be. */
import { DAY } from '../../../core/ambient.ts';
import type { AppVersion } from '../../../core/catalog/app.ts';
import type { OutsideView } from '../../../core/catalog/outside-view.ts';

export function seenFrom(version: AppVersion, title: string, linkUntil: number): Required<Pick<OutsideView, 'says' | 'file'>> & OutsideView {
  const { bundleId, size, digest, chunkDigests, chunkSize, shortVersion, profileExpiresAt } = version;
  const until = profileExpiresAt + DAY;
  return {
    at: { secure: true, host: 'api.example.com' }, manifest: { status: 200, contentType: 'text/xml; charset=utf-8', certificateUntil: until },
    says: { bundleId, version: version.version, title, sha256s: chunkDigests, sha256Size: chunkSize },
    file: {
      at: { secure: true, host: 'packages.example.com' }, linkUntil, head: { status: 200, contentType: 'application/octet-stream', size, certificateUntil: until },
      range: 206, ifRange: { same: 206, other: 200 }, digests: { whole: digest, chunks: chunkDigests, size },
      says: { bundleId, version: version.version, shortVersion, title: version.title, profileExpiresAt },
    },
  };
}
