const NAMED = 5;

/** The first of many names, and how many more there are. */
export function namesOf(names: readonly string[]): string {
  return names.length > NAMED ? `${names.slice(0, NAMED).join(', ')} +${names.length - NAMED}` : names.join(', ');
}
