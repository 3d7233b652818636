/**
 * The parts of a PNG file (W3C PNG, section 5), of the ordinary kind and of Apple's: Xcode "crushes" icons into a form that begins
 * with a chunk CgBI, has raw deflate data and blue first. Everything that a header can lie about is checked here.
 */
import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { brokenIcon } from './broken-icon.ts';

export interface PngParts {
  /** Pixels on each side: icons are square. */
  readonly size: number;
  /** Bits of a sample. */
  readonly depth: number;
  readonly colourType: ColourType;
  readonly interlaced: boolean;
  /** PLTE and tRNS as they are. */
  readonly palette: Uint8Array | undefined;
  readonly transparency: Uint8Array | undefined;
  /** What the IDAT chunks hold, still deflated. */
  readonly packed: Uint8Array;
  /** Apple's form. */
  readonly crushed: boolean;
}

export const signature = Buffer.from('89504e470d0a1a0a', 'hex');
export const colourTypes = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;
export type ColourType = (typeof colourTypes)[keyof typeof colourTypes];

/** The depths that each colour type may have (table 12), and its samples in a pixel. */
export const samples: Readonly<Record<ColourType, { readonly depths: readonly number[]; readonly channels: number }>> = {
  [colourTypes.grey]: { depths: [1, 2, 4, 8, 16], channels: 1 },
  [colourTypes.rgb]: { depths: [8, 16], channels: 3 },
  [colourTypes.palette]: { depths: [1, 2, 4, 8], channels: 1 },
  [colourTypes.greyAlpha]: { depths: [8, 16], channels: 2 },
  [colourTypes.rgba]: { depths: [8, 16], channels: 4 },
};

/** No icon of Apple's is larger; what claims to be is not unpacked. */
export const LARGEST_ICON = 1024;
const chunkOverhead = 12;

/** Throws `package-unreadable` saying what is wrong with the picture. */
export function readPngParts(bytes: Uint8Array): PngParts {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!png.subarray(0, signature.length).equals(signature)) throw brokenIcon('it is not a PNG file');
  const chunks = readChunks(png);
  const first = (type: string): Buffer | undefined => chunks.find((chunk) => chunk.type === type)?.data;
  const packed = Buffer.concat(chunks.flatMap(({ type, data }) => (type === 'IDAT' ? [data] : [])));
  if (packed.length === 0) throw brokenIcon('it holds no picture');
  return { ...readHeader(first('IHDR')), palette: first('PLTE'), transparency: first('tRNS'), packed, crushed: first('CgBI') !== undefined };
}

function readChunks(png: Buffer): readonly { readonly type: string; readonly data: Buffer }[] {
  const chunks: { readonly type: string; readonly data: Buffer }[] = [];
  for (let at = signature.length; at + chunkOverhead <= png.length; ) {
    const end = at + chunkOverhead + png.readUInt32BE(at);
    if (end > png.length) break;
    const type = png.toString('latin1', at + 4, at + 8);
    if (type === 'IEND') return chunks;
    if (crc32(png.subarray(at + 4, end - 4)) !== png.readUInt32BE(end - 4)) throw brokenIcon('a checksum in it is wrong');
    chunks.push({ type, data: png.subarray(at + 8, end - 4) });
    at = end;
  }
  throw brokenIcon('it is cut off');
}

function readHeader(header: Buffer | undefined): Pick<PngParts, 'size' | 'depth' | 'colourType' | 'interlaced'> {
  if (header?.length !== 13) throw brokenIcon('it has no header');
  const [width, height, depth, type, interlace] = [header.readUInt32BE(0), header.readUInt32BE(4), header.readUInt8(8), header.readUInt8(9), header.readUInt8(12)];
  if (width !== height) throw brokenIcon(`it is not square (${width} x ${height})`);
  if (width < 1 || width > LARGEST_ICON) throw brokenIcon(`it claims to be ${width} pixels wide, where an icon has at most ${LARGEST_ICON}`);
  const colourType = Object.values(colourTypes).find((known) => known === type);
  if (colourType === undefined || !samples[colourType].depths.includes(depth)) throw brokenIcon('its colours are of no known kind');
  if (header.readUInt8(10) !== 0 || header.readUInt8(11) !== 0 || interlace > 1) throw brokenIcon('it is packed in an unknown way');
  // Neither Xcode nor anything else writes such icons; the PNG library reads them wrongly.
  if (interlace === 1 && depth < 8) throw brokenIcon('it is interlaced with less than 8 bits');
  return { size: width, depth, colourType, interlaced: interlace === 1 };
}
