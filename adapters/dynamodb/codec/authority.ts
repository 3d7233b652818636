import type { KnownAuthorities, KnownAuthority } from '../../../core/device/authority.ts';
import { parseSha256 } from '../../../core/ids.ts';
import type { Key } from '../batch.ts';
import { list, number, optional, record, text, type Read } from '../read.ts';

export const AUTHORITIES: Key = { pk: 'authorities', sk: 'authorities' };

const readAuthority: Read<KnownAuthority> = record({ fingerprint: parseSha256, certificate: text, chain: list(text), replacedAt: optional(number) });

export const readAuthorities: Read<KnownAuthorities> = record({ revision: number, current: readAuthority, former: list(readAuthority) });
