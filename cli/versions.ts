/** Versions as people name them. */
import type { AnswerOf } from '../protocol/admin/operations.ts';
import type { ApiClient } from './api-client.ts';
import { CliFailure, wrongUsage } from './failure.ts';

export type VersionAnswer = AnswerOf<'getVersion'>;

/** `com.example.fieldwork 2.1.0 (42)`. */
export function versionName({ bundleId, shortVersion, version }: Pick<VersionAnswer, 'bundleId' | 'shortVersion' | 'version'>): string {
  return `${bundleId} ${shortVersion} (${version})`;
}

const versionId = /^[0-9a-f]{32}$/;

/** `text`: an id, or PACKAGE-NAME@VERSION where VERSION is the short version, or short version and build as `2.1.0+42`. */
export async function findVersion(api: ApiClient, text: string): Promise<VersionAnswer> {
  const [, bundleId, wanted] = /^([^@]+)@(.+)$/.exec(text) ?? [];
  if (bundleId !== undefined && wanted !== undefined) return findVersionOf(api, bundleId, wanted);
  if (!versionId.test(text)) throw wrongUsage(`"${text}" names no version.`, 'Use an id that `wavecast app show` prints, or PACKAGE-NAME@VERSION.');
  return api.call('getVersion', { id: text });
}

/** `wanted`: an id, a short version, or short version and build. */
export async function findVersionOf(api: ApiClient, bundleId: string, wanted: string): Promise<VersionAnswer> {
  if (versionId.test(wanted)) return api.call('getVersion', { id: wanted });
  const { versions } = await api.call('getApp', { id: bundleId });
  const found = versions.filter(({ shortVersion, version }) => wanted === shortVersion || wanted === `${shortVersion}+${version}`);
  const [first, second] = found;
  if (first === undefined) throw new CliFailure(`${bundleId} has no version ${wanted}.`, { code: 'not-found', remedy: `Name one that \`wavecast app show ${bundleId}\` shows, or register it with \`wavecast app register\`.` });
  if (second !== undefined) {
    throw new CliFailure(`${bundleId} has ${found.length} builds of version ${wanted}.`, {
      code: 'conflict', evidence: found.map(({ id, shortVersion, version }) => `${shortVersion}+${version}: ${id}`), remedy: 'Name one of them, by its version and build or by its id.',
    });
  }
  return first;
}
