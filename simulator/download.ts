/** Fetches a package as a device does: in ranges, resuming where it broke, checking each chunk's digest as it arrives. */
import { createHash } from 'node:crypto';
import { readIpa } from '../protocol/ipa.ts';
import type { BranchLink } from './branch-link.ts';
import type { InstalledVersion } from './device-app.ts';

/** What the manifest says of the package. */
export interface PackageToFetch {
  readonly url: string;
  /** Lower-case hex SHA-256 of every `chunkSize` bytes. */
  readonly chunkDigests: readonly string[];
  readonly chunkSize: number;
}

export interface Fetched {
  readonly bytes: number;
  /** Broken connections after which the download went on. */
  readonly resumed: number;
}

/** Thrown where the device would give up: it then reports Failed. */
export class DownloadFailed extends Error {
  override readonly name = 'DownloadFailed';
}

/** Where a connection that breaks is cut: early enough for small packages too. */
const BREAK_AFTER = 1_000_000;

/** `breaks`: the connection is cut once, within the first chunk. */
export async function downloadPackage(link: BranchLink, wanted: PackageToFetch, breaks: boolean): Promise<Fetched> {
  return link.download(async (carry) => {
    let bytes = 0;
    let resumed = 0;
    for (const [index, digest] of wanted.chunkDigests.entries()) {
      const from = index * wanted.chunkSize;
      const hash = createHash('sha256');
      let have = 0;
      if (breaks && index === 0) {
        const head = await range(wanted.url, from, from + BREAK_AFTER - 1);
        hash.update(head);
        have = head.length;
        resumed = 1;
        await carry(have);
      }
      const rest = await range(wanted.url, from + have, from + wanted.chunkSize - 1);
      hash.update(rest);
      await carry(rest.length);
      bytes += have + rest.length;
      if (hash.digest('hex') !== digest) throw new DownloadFailed(`Chunk ${index} is not what the manifest says.`);
    }
    return { bytes, resumed };
  });
}

/** Versions by the package's digests: the same bytes say the same, and a fleet need not read them from the server for every device. */
const known = new Map<string, Promise<InstalledVersion>>();

/** The versions that are in the package itself: what an installed app reports, whatever anybody wrote about it. */
export function versionInPackage({ url, chunkDigests }: PackageToFetch, size: number): Promise<InstalledVersion> {
  const digest = chunkDigests.join();
  const found = known.get(digest) ?? readVersion(url, size);
  known.set(digest, found);
  // What could not be read is read again for the next device.
  found.catch(() => known.delete(digest));
  return found;
}

async function readVersion(url: string, size: number): Promise<InstalledVersion> {
  const { shortVersion, version } = await readIpa({ size, read: (offset, length) => range(url, offset, offset + length - 1) });
  return { shortVersion, version };
}

async function range(url: string, from: number, to: number): Promise<Buffer> {
  const response = await fetch(url, { headers: { range: `bytes=${from}-${to}` } });
  if (response.status !== 206) {
    await response.body?.cancel();
    throw new DownloadFailed(`The package server answered ${response.status} instead of a range.`);
  }
  return Buffer.from(await response.arrayBuffer());
}
