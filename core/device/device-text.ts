/** The texts by which people and devices know a device: what they may be, wherever they come from. */

/** Unique among devices, and what files call them by. */
export const deviceNamePattern = /^[0-9A-Za-z_.-]{1,64}$/;
/** Any script, 1 to 100 characters; no control characters, nothing that UTF-8 cannot carry. */
export const displayNamePattern = /^[^\p{Cc}\p{Cs}\uFFFD]{1,100}$/u;
/** A semicolon parts tags in files. */
export const tagPattern = /^[^\p{Cc}\p{Cs}\uFFFD;]{1,40}$/u;
/** As Apple writes them: capital letters and digits. What a device says otherwise is no serial number. */
export const serialNumberPattern = /^[0-9A-Z-]{4,32}$/;

export const MOST_TAGS = 20;

/** The serial number that a device says it has, if it can be one. */
export function serialNumberOf(said: string | undefined): string | undefined {
  return said !== undefined && serialNumberPattern.test(said) ? said : undefined;
}
