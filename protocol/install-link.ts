/**
 * The secret part of a manifest's address. It names one instruction and carries its own proof (HMAC-SHA256), so that it
 * cannot be guessed, needs no record of its own, and is worth nothing for another device or version.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { WavecastError } from '../core/errors.ts';
import { parseDeviceId, parseWaveId, type DeviceId, type WaveId } from '../core/ids.ts';

export interface InstallLink {
  readonly waveId: WaveId;
  readonly deviceId: DeviceId;
}

/** `<base64url of "waveId/deviceId">.<base64url HMAC>`; `key` has 32 bytes. */
export function encodeInstallLink({ waveId, deviceId }: InstallLink, key: Uint8Array): string {
  const name = Buffer.from(`${waveId}/${deviceId}`, 'utf8').toString('base64url');
  return `${name}.${proof(name, key).toString('base64url')}`;
}

/** Throws `not-found` for anything that we did not make, without saying why. */
export function decodeInstallLink(text: string, key: Uint8Array): InstallLink {
  const [name, given, ...rest] = text.split('.');
  if (name === undefined || given === undefined || rest.length > 0) throw notFound();
  const expected = proof(name, key);
  const presented = Buffer.from(given, 'base64url');
  if (presented.length !== expected.length || !timingSafeEqual(presented, expected)) throw notFound();
  const [waveId, deviceId] = Buffer.from(name, 'base64url').toString('utf8').split('/');
  return { waveId: parseWaveId(waveId), deviceId: parseDeviceId(deviceId) };
}

function proof(name: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`install-link/${name}`).digest();
}

function notFound(): WavecastError {
  return new WavecastError('not-found', 'There is nothing here.');
}
