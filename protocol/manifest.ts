/**
 * The manifest that InstallApplication points a device to: where the package is, what it is, and the digests by which
 * a broken download is noticed chunk by chunk. Generated from the package, never typed.
 */
import * as z from 'zod';
import { WavecastError } from '../core/errors.ts';
import { faultWords } from './fault-words.ts';
import { decodePlist, encodePlist, type PlistValue } from './plist.ts';

export interface Manifest {
  /** https address of the IPA. */
  readonly packageUrl: string;
  readonly bundleId: string;
  /** CFBundleVersion. */
  readonly version: string;
  readonly title: string;
  /** Hex SHA-256 of each chunk of `sha256Size` bytes, in order; the last chunk may be shorter. */
  readonly sha256s: readonly string[];
  readonly sha256Size: number;
  /** PNG of 57 x 57 points, shown while the app installs. */
  readonly displayImageUrl?: string;
  /** PNG of 512 x 512 points. */
  readonly fullSizeImageUrl?: string;
}

export const manifestContentType = 'text/xml; charset=utf-8';

/** An XML property list with one item. */
export function encodeManifest(manifest: Manifest): string {
  const image = (kind: string, url: string | undefined): readonly PlistValue[] => (url === undefined ? [] : [{ kind, url, 'needs-shine': false }]);
  return encodePlist({
    items: [
      {
        assets: [
          { kind: 'software-package', url: manifest.packageUrl, 'sha256-size': manifest.sha256Size, sha256s: [...manifest.sha256s] },
          ...image('display-image', manifest.displayImageUrl),
          ...image('full-size-image', manifest.fullSizeImageUrl),
        ],
        metadata: { 'bundle-identifier': manifest.bundleId, 'bundle-version': manifest.version, kind: 'software', title: manifest.title },
      },
    ],
  });
}

const assetSchema = z.looseObject({
  kind: z.string(),
  url: z.string().regex(/^https:\/\/\S+$/, 'must be an https address'),
  'sha256-size': z.number().int().positive().optional(),
  sha256s: z.array(z.string().regex(/^[0-9a-fA-F]{64}$/, 'must be a SHA-256 in hexadecimal')).min(1).optional(),
});
const manifestSchema = z.looseObject({
  items: z.array(z.looseObject({
    assets: z.array(assetSchema),
    metadata: z.looseObject({ 'bundle-identifier': z.string().min(1), 'bundle-version': z.string().min(1), kind: z.literal('software'), title: z.string().min(1) }),
  })).min(1),
});

/** Reads a manifest as a device does. Throws `invalid-input` naming what is wrong with it. */
export function decodeManifest(bytes: Uint8Array): Manifest {
  const parsed = manifestSchema.safeParse(decodePlist(bytes), { error: faultWords });
  if (!parsed.success) throw broken(parsed.error.issues.slice(0, 8).map(({ path, message }) => `${path.join('.')}: ${message}`));
  const [item] = parsed.data.items;
  const asset = (kind: string): z.infer<typeof assetSchema> | undefined => item?.assets.find((candidate) => candidate.kind === kind);
  const software = asset('software-package');
  if (item === undefined || software === undefined) throw broken(['items.0.assets: there is no software-package']);
  if (software.sha256s === undefined || software['sha256-size'] === undefined) throw broken(['items.0.assets: the software-package has no sha256s with sha256-size']);
  const [display, full] = [asset('display-image'), asset('full-size-image')];
  return {
    packageUrl: software.url,
    bundleId: item.metadata['bundle-identifier'],
    version: item.metadata['bundle-version'],
    title: item.metadata.title,
    sha256s: software.sha256s.map((digest) => digest.toLowerCase()),
    sha256Size: software['sha256-size'],
    ...(display === undefined ? {} : { displayImageUrl: display.url }),
    ...(full === undefined ? {} : { fullSizeImageUrl: full.url }),
  };
}

function broken(evidence: readonly string[]): WavecastError {
  return new WavecastError('invalid-input', 'This is not a manifest that a device can use.', { evidence, remedy: 'Fetch it again; when it stays so, verify the placement of the version.' });
}
