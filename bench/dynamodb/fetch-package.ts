/** A device that has its install command fetches the manifest, and all of the package that it names. */
import { request } from 'node:https';
import { decodeManifest } from '../../protocol/manifest.ts';

/** `root`: PEM of the authority that the communication server's certificate is of. */
export async function fetchPackage(manifestUrl: string, root: string): Promise<void> {
  const answer = await fetch(manifestUrl);
  if (!answer.ok) throw new Error('The manifest could not be fetched.');
  const { packageUrl } = decodeManifest(new Uint8Array(await answer.arrayBuffer()));
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request(packageUrl, { ca: root }, (response) => {
      response.on('end', () => { resolve(response.statusCode); }).on('error', reject).resume();
    }).on('error', reject).end();
  });
  if (status !== 200) throw new Error(`The package was answered with ${String(status)}.`);
}
