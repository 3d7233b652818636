/** The icon of a version: made from the package's once, served beside the package. Without one an app is as good as any. */
import { WavecastError } from '../errors.ts';
import type { Sha256 } from '../ids.ts';
import type { PackagedIcon } from './package-facts.ts';
import type { FileStore } from './store.ts';

/** Ordinary PNG files. */
export interface RenderedIcon {
  /** Pixels on each side of `original`. */
  readonly width: number;
  readonly original: Uint8Array;
  /** 57 x 57: a manifest's display-image. */
  readonly small: Uint8Array;
  /** 512 x 512: a manifest's full-size-image. */
  readonly large: Uint8Array;
}

export interface IconServices {
  readonly files: Pick<FileStore, 'put'>;
  /** Throws `package-unreadable` saying what is wrong with the picture. */
  readonly renderIcon: (bytes: Uint8Array) => RenderedIcon;
}

export const iconSizes = ['57', '512', 'original'] as const;
export type IconSize = (typeof iconSizes)[number];

/** No package that administrators place may have one of these names: it would lie in the icon's place. */
const iconNames: Readonly<Record<IconSize, string>> = { 57: 'icon-57.png', 512: 'icon-512.png', original: 'icon.png' };

export function iconKey(digest: Sha256, size: IconSize): string {
  return `packages/${digest}/${iconNames[size]}`;
}

/** Whether a file of a build's folder is its icon: devices fetch it to ask their users, and that is no consent. */
export function isIconName(fileName: string): boolean {
  return Object.values(iconNames).includes(fileName);
}

/** Places the icon's three sizes. What is wrong with it becomes a warning. Repeating it writes the same again. */
export async function placeIcon({ files, renderIcon }: IconServices, digest: Sha256, icon: PackagedIcon | undefined): Promise<{ readonly iconWidth?: number; readonly warnings: readonly string[] }> {
  if (icon === undefined) return { warnings: [] };
  const rendered = 'problem' in icon ? icon.problem : rendering(renderIcon, icon.bytes);
  if (typeof rendered === 'string') return { warnings: [[`${icon.path}: ${rendered}`, 'The app is distributed without an icon.'].join(' ')] };
  const { width, original, small, large } = rendered;
  const put = (size: IconSize, bytes: Uint8Array): Promise<void> => files.put(iconKey(digest, size), bytes, 'image/png');
  await Promise.all([put('57', small), put('512', large), put('original', original)]);
  return { iconWidth: width, warnings: [] };
}

/** The icon, or why there is none. */
function rendering(renderIcon: IconServices['renderIcon'], bytes: Uint8Array): RenderedIcon | string {
  try {
    return renderIcon(bytes);
  } catch (error) {
    if (error instanceof WavecastError && error.code === 'package-unreadable') return error.message;
    throw error;
  }
}
