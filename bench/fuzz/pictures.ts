/** PNG files whose checksums are right and whose content is chance: what damaged samples, stopped by a checksum, do not reach. */
import { crc32, deflateRawSync, deflateSync } from 'node:zlib';
import type { Dice } from './dice.ts';

export function png(dice: Dice): Buffer {
  const crushed = dice.once(2);
  const size = 1 + dice.below(24);
  const header = Buffer.alloc(13);
  for (const at of [0, 4]) header.writeUInt32BE(dice.once(20) ? dice.below(2 ** 31) : size, at);
  header.set([dice.pick([8, 8, 8, 1, 2, 4, 16, 3]), dice.pick([6, 6, 2, 3, 0, 4, 5]), 0, 0, dice.once(4) ? 1 : 0], 8);
  // About as many rows as there should be, with filters that mostly exist.
  const rows = Buffer.concat(Array.from({ length: size + dice.below(3) - 1 }, () => Buffer.concat([Buffer.from([dice.below(dice.once(8) ? 256 : 5)]), dice.bytes(size * 4)])));
  const packed = dice.once(10) ? dice.bytes(60) : crushed === dice.once(12) ? deflateSync(rows) : deflateRawSync(rows);
  const [cut, optional] = [dice.below(packed.length), (type: string, data: Buffer): readonly Buffer[] => (dice.once(3) ? [chunk(type, data)] : [])];
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'), ...(crushed ? [chunk('CgBI', dice.bytes(4))] : []), chunk('IHDR', header), ...optional('PLTE', dice.bytes(dice.below(800))), ...optional('tRNS', dice.bytes(dice.below(300))),
    ...optional('iCCP', dice.bytes(40)), chunk('IDAT', packed.subarray(0, cut)), chunk('IDAT', packed.subarray(cut)), ...(dice.once(20) ? [] : [chunk('IEND', Buffer.alloc(0))]),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
