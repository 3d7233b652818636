/** The manifest that ManifestURL leads to, and the package behind it: Apple's schema, `other/manifesturl`. */
import { createHash } from 'node:crypto';
import { dict, integer, list, read, string } from './property-list.ts';
import type { Transport } from './transport.ts';

export interface Offered {
  readonly bundleIdentifier: string;
  readonly bundleVersion: string;
  readonly title: string;
  /** Bytes of the package, all of whose digests are right. */
  readonly size: number;
}

/** Throws where the manifest, or the package, is not as the schema says. */
export async function readManifest(transport: Transport, url: string): Promise<Offered> {
  const { status, headers, body } = await transport.ask(url);
  if (status !== 200 || !/^(?:text|application)\/xml\b/.test(headers['content-type'] ?? '')) throw new Error(`The manifest was answered ${status} ${String(headers['content-type'])}.`);
  const [first, ...more] = list(read(body)['items'], 'items');
  if (more.length > 0) throw new Error('A manifest names one app.');
  const item = dict(first, 'An item');
  const metadata = dict(item['metadata'], 'metadata');
  if (metadata['kind'] !== 'software') throw new Error('The kind of a package is software.');
  const asset = list(item['assets'], 'assets').map((each) => dict(each)).find(({ kind }) => kind === 'software-package');
  if (asset === undefined) throw new Error('The manifest has no package.');
  const address = string(asset['url'], 'url');
  if (!address.startsWith('https://')) throw new Error('The address of a package begins with https.');
  const file = await transport.ask(address);
  if (file.status !== 200) throw new Error(`The package was answered ${file.status}.`);
  const size = integer(asset['sha256-size'], 'sha256-size');
  const digests = list(asset['sha256s'], 'sha256s').map((each) => string(each).toLowerCase());
  const found = digests.map((__, index) => createHash('sha256').update(file.body.subarray(index * size, (index + 1) * size)).digest('hex'));
  if (digests.length !== Math.ceil(file.body.length / size) || digests.some((digest, index) => digest !== found[index])) throw new Error('The package is another one than the manifest says.');
  return { bundleIdentifier: string(metadata['bundle-identifier']), bundleVersion: string(metadata['bundle-version']), title: string(metadata['title']), size: file.body.length };
}
