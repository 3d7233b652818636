/** Versions as people name them. */
import { appDetail, version as versionShape, type VersionAnswer } from './answers.ts';
import { at, type ApiClient } from './api-client.ts';
import { CliFailure, wrongUsage } from './failure.ts';

/** `text`: an id, or PACKAGE-NAME@VERSION where VERSION is the short version, or short version and build as `2.1.0+42`. */
export async function findVersion(api: ApiClient, text: string): Promise<VersionAnswer> {
  const [, bundleId, wanted] = /^([^@]+)@(.+)$/.exec(text) ?? [];
  if (bundleId === undefined || wanted === undefined) {
    if (!/^[0-9a-f]{32}$/.test(text)) throw wrongUsage(`"${text}" names no version.`, 'Use an id that `wavecast app show` prints, or PACKAGE-NAME@VERSION.');
    return api.get(`versions/${at(text)}`, versionShape);
  }
  const { versions } = await api.get(`apps/${at(bundleId)}`, appDetail);
  const found = versions.filter(({ shortVersion, version }) => wanted === shortVersion || wanted === `${shortVersion}+${version}`);
  const [first, second] = found;
  if (first === undefined) throw new CliFailure(`${bundleId} has no version ${wanted}.`, { code: 'not-found', remedy: `See \`wavecast app show ${bundleId}\`.` });
  if (second !== undefined) {
    throw new CliFailure(`${bundleId} has ${found.length} builds of version ${wanted}.`, { code: 'conflict', evidence: found.map(({ id, shortVersion, version }) => `${shortVersion}+${version}: ${id}`), remedy: 'Name one of them.' });
  }
  return first;
}
