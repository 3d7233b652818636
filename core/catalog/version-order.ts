/**
 * Orders version strings part by part: numbers as numbers (1.10 is after 1.9), missing parts as zero, text after numbers
 * (1.0b1 is after 1.0). For advice only; whether two versions are the same is decided by comparing the exact strings.
 */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = comparePart(left[i] ?? '', right[i] ?? '');
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Number by number and text by text: compared as a whole where only one is a number, no order would hold among three. */
function comparePart(a: string, b: string): number {
  const [left, right] = [runsOf(a), runsOf(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const [x, y] = [left[i], right[i]];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    if (typeof x !== typeof y) return typeof x === 'number' ? -1 : 1;
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

/** `0b12` is 0, b, 12; nothing is 0. */
function runsOf(part: string): readonly (number | string)[] {
  return part === '' ? [0] : (part.match(/\d+|\D+/g) ?? []).map((run) => (/^\d/.test(run) ? Number(run) : run));
}
