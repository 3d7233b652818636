/** Which of the names that there are somebody may have meant. */

/** At most three, the nearest first; none that is quite another name. */
export function nearest(wanted: string, names: readonly string[]): readonly string[] {
  const near = names.map((name) => ({ name, distance: distanceOf(wanted.toLowerCase(), name.toLowerCase()) })).filter(({ name, distance }) => distance <= Math.max(wanted.length, name.length) / 3);
  return near.toSorted((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1)).slice(0, 3).map(({ name }) => name);
}

/** Characters to change, add or take away (Levenshtein). */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: Array.from(b).length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
}
