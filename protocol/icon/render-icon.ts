/** An app's icon in the sizes that manifests and consoles want. */
import { encode } from 'fast-png';
import type { RenderedIcon } from '../../core/catalog/package-icon.ts';
import { decodeIcon, type Picture } from './decode-icon.ts';
import { resize } from './resize.ts';

/** Ordinary PNG files of an icon as it is in a package. Throws `package-unreadable` saying what is wrong with it. */
export function renderIcon(bytes: Uint8Array): RenderedIcon {
  const picture = decodeIcon(bytes);
  return { width: picture.size, original: encodePicture(picture), small: encodePicture(resize(picture, 57)), large: encodePicture(resize(picture, 512)) };
}

/** Without its alpha where nothing shows through: that is a quarter of the file. */
function encodePicture({ size, rgba }: Picture): Uint8Array {
  const opaque = rgba.every((value, at) => at % 4 !== 3 || value === 255);
  const data = opaque ? rgba.filter((_, at) => at % 4 !== 3) : rgba;
  return encode({ width: size, height: size, depth: 8, channels: opaque ? 3 : 4, data });
}
