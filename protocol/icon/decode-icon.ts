/** An icon as pixels, from an ordinary PNG or from Apple's. Bounded: what is unpacked is what the checked header says, never more. */
import { Buffer } from 'node:buffer';
import { constants, crc32, deflateSync, inflateRawSync, inflateSync } from 'node:zlib';
import { convertIndexedToRgb, decode, type DecodedPng } from 'fast-png';
import { brokenIcon } from './broken-icon.ts';
import { colourTypes, readPngParts, samples, signature, type PngParts } from './png-parts.ts';

/** A square picture: red, green, blue, alpha (not premultiplied), 8 bits each, row by row. */
export interface Picture {
  /** Pixels on each side. */
  readonly size: number;
  readonly rgba: Uint8Array;
}

/** Throws `package-unreadable` saying what is wrong with the picture. */
export function decodeIcon(bytes: Uint8Array): Picture {
  const parts = readPngParts(bytes);
  if (parts.crushed && parts.depth === 16) throw brokenIcon('it has 16 bits in Apple\'s form, which Xcode never writes');
  const rgba = pixels(decodeParts(parts));
  return { size: parts.size, rgba: parts.crushed ? uncrush(rgba, parts) : rgba };
}

/** The library takes an ordinary PNG of what we have checked and unpacked, and nothing else of the file. */
function decodeParts(parts: PngParts): DecodedPng {
  const rows = unpack(parts);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(parts.size, 0);
  header.writeUInt32BE(parts.size, 4);
  header.set([parts.depth, parts.colourType, 0, 0, parts.interlaced ? 1 : 0], 8);
  const optional = (type: string, data: Uint8Array | undefined): readonly Buffer[] => (data === undefined ? [] : [chunk(type, data)]);
  const hasKey = parts.colourType !== colourTypes.greyAlpha && parts.colourType !== colourTypes.rgba;
  const plain = Buffer.concat([
    signature, chunk('IHDR', header), ...optional('PLTE', parts.colourType === colourTypes.palette ? parts.palette : undefined), ...optional('tRNS', hasKey ? parts.transparency : undefined),
    chunk('IDAT', deflateSync(rows, { level: 0 })), chunk('IEND', Buffer.alloc(0)),
  ]);
  try {
    return decode(plain);
  } catch (error) {
    throw brokenIcon('its data is damaged', error);
  }
}

function unpack(parts: PngParts): Uint8Array {
  const length = unpackedLength(parts);
  let rows: Uint8Array;
  try {
    // A byte more than there may be, so that too much is told from enough. Apple's streams may lack their end.
    const options = { maxOutputLength: length + 1, finishFlush: constants.Z_SYNC_FLUSH };
    rows = parts.crushed ? inflateRawSync(parts.packed, options) : inflateSync(parts.packed, options);
  } catch (error) {
    throw brokenIcon('its data cannot be unpacked, or is more than its header says', error);
  }
  if (rows.length !== length) throw brokenIcon(`its data is ${rows.length < length ? 'less' : 'more'} than its header says`);
  return rows;
}

/** Every row begins with the number of its filter; an interlaced picture is seven (W3C PNG, section 8.2). */
function unpackedLength({ size, depth, colourType, interlaced }: PngParts): number {
  const rows = (width: number, height: number): number => (width === 0 ? 0 : height * (1 + Math.ceil((width * depth * samples[colourType].channels) / 8)));
  if (!interlaced) return rows(size, size);
  const passes = [[0, 8, 0, 8], [4, 8, 0, 8], [0, 4, 4, 8], [2, 4, 0, 4], [0, 2, 2, 4], [1, 2, 0, 2], [0, 1, 1, 2]] as const;
  return passes.reduce((sum, [x, dx, y, dy]) => sum + rows(Math.max(0, Math.ceil((size - x) / dx)), Math.max(0, Math.ceil((size - y) / dy))), 0);
}

function pixels(png: DecodedPng): Uint8Array {
  const { width, height, depth, palette, transparency } = png;
  if (palette !== undefined) return fromSamples(indexed(png), palette[0]?.length ?? 3, width * height);
  if (depth < 8) return fromSamples(greyLevels(png), 1, width * height, scaledKey(transparency, depth));
  // Of 16 bits the first eight are what an icon shows, and by which the transparent colour is known.
  return depth === 16 ? fromSamples(png.data.map(high), png.channels, width * height, transparency?.map(high)) : fromSamples(png.data, png.channels, width * height, transparency);
}

function indexed(png: DecodedPng): Uint8Array {
  try {
    return convertIndexedToRgb(png);
  } catch (error) {
    throw brokenIcon('its palette does not fit its data', error);
  }
}

/** Greys of 1, 2 or 4 bits as bytes. */
function greyLevels({ width, height, depth, data }: DecodedPng): Uint8Array {
  const [perRow, top] = [Math.ceil((width * depth) / 8), 2 ** depth - 1];
  return Uint8Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const bit = x * depth;
    const byte = data[y * perRow + (bit >> 3)] ?? 0;
    return (((byte >> (8 - depth - (bit & 7))) & top) * 255) / top;
  });
}

function scaledKey(key: Uint16Array | undefined, depth: number): Uint16Array | undefined {
  return key?.map((sample) => (sample * 255) / (2 ** depth - 1));
}

function high(sample: number): number {
  return sample >> 8;
}

/** `channels`: 1 grey, 2 grey and alpha, 3 colours, 4 colours and alpha. Pixels of the colour `key` are transparent. */
function fromSamples(data: ArrayLike<number>, channels: number, count: number, key?: Uint16Array): Uint8Array {
  const rgba = new Uint8Array(count * 4);
  const colours = channels < 3 ? 1 : 3;
  for (let pixel = 0; pixel < count; pixel += 1) {
    const at = pixel * channels;
    for (let colour = 0; colour < 3; colour += 1) rgba[pixel * 4 + colour] = data[at + (colours === 1 ? 0 : colour)] ?? 0;
    const keyed = key !== undefined && key.length >= colours && key.subarray(0, colours).every((sample, index) => sample === data[at + index]);
    rgba[pixel * 4 + 3] = channels === colours ? (keyed ? 0 : 255) : (data[at + channels - 1] ?? 255);
  }
  return rgba;
}

/** Apple's form has blue first, and colours already multiplied by alpha. Greys and palettes it leaves as they are. */
function uncrush(pixelsOfApple: Uint8Array, { colourType }: PngParts): Uint8Array {
  if (colourType !== colourTypes.rgb && colourType !== colourTypes.rgba) return pixelsOfApple;
  const rgba = new Uint8Array(pixelsOfApple.length);
  for (let at = 0; at < rgba.length; at += 4) {
    const alpha = pixelsOfApple[at + 3] ?? 0;
    const factor = alpha === 0 ? 0 : 255 / alpha;
    for (let colour = 0; colour < 3; colour += 1) rgba[at + colour] = Math.min(255, Math.round((pixelsOfApple[at + 2 - colour] ?? 0) * factor));
    rgba[at + 3] = alpha;
  }
  return rgba;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const framed = Buffer.alloc(data.length + 12);
  framed.writeUInt32BE(data.length, 0);
  framed.write(type, 4, 'latin1');
  framed.set(data, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, -4)), data.length + 8);
  return framed;
}
