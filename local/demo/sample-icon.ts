import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';

/**
 * A square icon of a light disc on a gradient, whose colours follow from the seed, as Xcode writes it into a package: Apple's form of
 * PNG with a chunk CgBI first, raw deflate, blue first and colours multiplied by alpha.
 */
export function sampleIcon(size: number, seed: string): Buffer {
  const [red = 0, green = 0, blue = 0] = createHash('sha256').update(seed).digest();
  const rows = Buffer.alloc(size * (1 + size * 4));
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const disc = Math.hypot(x + 0.5 - size * 0.4, y + 0.5 - size * 0.4) < size * 0.2 ? 80 : 0;
      const light = Math.floor(((x + y) / (2 * size)) * 90) + disc;
      rows.set([mix(blue, light), mix(green, light), mix(red, light), 255], y * (1 + size * 4) + 1 + x * 4);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'), chunk('CgBI', Buffer.from('50002002', 'hex')), chunk('IHDR', header), chunk('IDAT', deflateRawSync(rows)), chunk('IEND', Buffer.alloc(0)),
  ]);
}

function mix(channel: number, light: number): number {
  return Math.min(255, 40 + Math.floor(channel / 2) + light);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
