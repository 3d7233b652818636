/**
 * The secret part of a manifest's address. It names one instruction and carries its own proof (HMAC-SHA256), so that it
 * cannot be guessed, needs no record of its own, and is worth nothing for another device or version. The name alone, without
 * the proof, stands in package links, whose own signature covers it: access records tell by it who fetched.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { WavecastError } from '../core/errors.ts';
import { parseDeviceId, parseWaveId, type DeviceId, type WaveId } from '../core/ids.ts';

export interface InstallLink {
  readonly waveId: WaveId;
  readonly deviceId: DeviceId;
}

/** The instruction in one word: base64url of "waveId/deviceId". Proves nothing by itself. */
export function instructionName({ waveId, deviceId }: InstallLink): string {
  return Buffer.from(`${waveId}/${deviceId}`, 'utf8').toString('base64url');
}

/** Throws `invalid-input` for what is no instruction's name. */
export function readInstructionName(name: string): InstallLink {
  const [waveId, deviceId] = Buffer.from(name, 'base64url').toString('utf8').split('/');
  return { waveId: parseWaveId(waveId), deviceId: parseDeviceId(deviceId) };
}

/** `<instruction's name>.<base64url HMAC>`; `key` has 32 bytes. */
export function encodeInstallLink(link: InstallLink, key: Uint8Array): string {
  const name = instructionName(link);
  return `${name}.${proof(name, key).toString('base64url')}`;
}

/** Any of `keys` may prove it. Throws `not-found` for anything that we did not make, without saying why. */
export function decodeInstallLink(text: string, keys: readonly Uint8Array[]): InstallLink {
  const [name, given, ...rest] = text.split('.');
  if (name === undefined || given === undefined || rest.length > 0) throw notFound();
  const presented = Buffer.from(given, 'base64url');
  if (!keys.some((key) => isProof(presented, proof(name, key)))) throw notFound();
  return readInstructionName(name);
}

function proof(name: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`install-link/${name}`).digest();
}

function isProof(presented: Buffer, expected: Buffer): boolean {
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}

function notFound(): WavecastError {
  return new WavecastError('not-found', 'There is nothing here.');
}
