/** Identifiers by node:crypto. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Identifiers } from '../core/ambient.ts';

/** Wavecast's namespace for named UUIDs: changing it would give every derived id another value. */
const NAMESPACE = Buffer.from('6f6b1c1e0d3b4c0f9a5e7d52c8b0a4f1', 'hex');

export function createIdentifiers(): Identifiers {
  return {
    fresh: () => randomUUID(),
    named: (name) => namedUuid(name),
    secret: (bytes) => randomBytes(bytes).toString('base64url'),
  };
}

/** RFC 9562 section 5.5: SHA-1 over namespace and name. A name is no secret; SHA-1 is what version 5 says. */
function namedUuid(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name, 'utf8').digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
