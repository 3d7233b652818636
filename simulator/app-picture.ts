/** The pictures that a manifest names: what a device shows while it installs. iOS shows a blank where one is wrong; here it is a failure. */
import { DownloadFailed } from './download.ts';

/** What the manifest says of them, and of the package that they are of. */
export interface Pictures {
  readonly sha256s: readonly string[];
  readonly displayImageUrl?: string;
  readonly fullSizeImageUrl?: string;
}

const signature = '89504e470d0a1a0a0000000d49484452';

/** By the package's digests: a fleet need not fetch the same pictures for every device. */
const seen = new Map<string, Promise<void>>();

/** Fetches them once for each package, and insists on ordinary PNG files of Apple's sizes. */
export function seePictures({ sha256s, displayImageUrl, fullSizeImageUrl }: Pictures): Promise<void> {
  const packageDigest = sha256s.join();
  const looking = seen.get(packageDigest) ?? Promise.all([see(displayImageUrl, 57), see(fullSizeImageUrl, 512)]).then(() => undefined);
  seen.set(packageDigest, looking);
  looking.catch(() => seen.delete(packageDigest));
  return looking;
}

async function see(url: string | undefined, size: number): Promise<void> {
  if (url === undefined) return;
  const response = await fetch(url);
  const bytes = Buffer.from(await response.arrayBuffer());
  const problem = response.status !== 200 ? `is answered ${response.status}` : response.headers.get('content-type') !== 'image/png' ? 'is not called a PNG' : undefined;
  if (problem !== undefined) throw new DownloadFailed(`The manifest's picture of ${size} pixels ${problem}.`);
  // An ordinary PNG begins with its header; Apple's form, which no device takes here, with another chunk.
  if (bytes.toString('hex', 0, 16) !== signature || bytes.readUInt32BE(16) !== size || bytes.readUInt32BE(20) !== size) throw new DownloadFailed(`The manifest's picture of ${size} pixels is not one.`);
}
