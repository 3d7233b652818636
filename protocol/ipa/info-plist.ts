import * as z from 'zod';
import { faultWords } from '../fault-words.ts';
import { decodePlist } from '../plist.ts';
import { plainText } from './plain-text.ts';
import { printable, unreadable } from './refusal.ts';

/** Icons beyond are not looked for: each is compared with every file of the archive. */
const MAX_ICON_NAMES = 100;

const iconsSchema = z.looseObject({ CFBundlePrimaryIcon: z.union([z.looseObject({ CFBundleIconFiles: z.array(z.string()).default([]) }), z.string()]).optional() }).optional();

const appSchema = z.looseObject({
  CFBundleIdentifier: plainText(155).regex(/^[0-9A-Za-z][0-9A-Za-z.-]*$/, 'may hold letters, digits, hyphens and dots'),
  CFBundleVersion: plainText(100).min(1),
  CFBundleShortVersionString: plainText(100).min(1),
  CFBundleDisplayName: z.string().optional(),
  CFBundleName: z.string().optional(),
  CFBundleExecutable: z.string().optional(),
  MinimumOSVersion: plainText(50).default(''),
  UIDeviceFamily: z.array(z.union([z.number().int(), z.string().regex(/^\d$/).transform(Number)])).max(20).default([]),
  CFBundleSupportedPlatforms: z.array(plainText(100)).max(20).default([]),
  CFBundleIconFiles: z.array(z.string()).default([]),
  CFBundleIcons: iconsSchema,
  'CFBundleIcons~ipad': iconsSchema,
});
export type AppInfo = z.infer<typeof appSchema>;

/** The main app's Info.plist, XML or binary. Throws `package-unreadable` naming each key that is missing or wrong. */
export function decodeAppInfo(bytes: Uint8Array, path: string): AppInfo {
  const parsed = appSchema.safeParse(decode(bytes, path), { error: faultWords });
  if (parsed.success) return parsed.data;
  throw unreadable(`${printable(path)} lacks what an installation needs.`, parsed.error.issues.slice(0, 8).map((issue) => `${issue.path.join('.')}: ${issue.message}`), parsed.error);
}

/** CFBundleIdentifier of a bundle within the app; undefined where it has none. */
export function decodeBundleId(bytes: Uint8Array, path: string): string | undefined {
  return z.looseObject({ CFBundleIdentifier: z.string() }).safeParse(decode(bytes, path)).data?.CFBundleIdentifier;
}

/** Base names of the icons that the app declares, without size and scale. */
export function iconNames(info: AppInfo): readonly string[] {
  const primary = [info.CFBundleIcons, info['CFBundleIcons~ipad']].map((icons) => icons?.CFBundlePrimaryIcon);
  return [...new Set([...primary.flatMap((icon) => (typeof icon === 'object' ? icon.CFBundleIconFiles : [])), ...info.CFBundleIconFiles])].filter((name) => name !== '').slice(0, MAX_ICON_NAMES);
}

function decode(bytes: Uint8Array, path: string): unknown {
  try {
    return decodePlist(bytes);
  } catch (error) {
    throw unreadable(`${printable(path)} is not a property list.`, [], error);
  }
}
