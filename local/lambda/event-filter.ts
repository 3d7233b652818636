/** Lambda's event filter patterns (the rules of EventBridge), as far as templates of ours use them. */

/** Throws for a rule that is not known here: a filter that is read wrongly loses events. */
export function matchesFilters(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((rule: unknown) => matchesRule(rule, event));
  if (typeof pattern !== 'object' || pattern === null) throw new Error('A filter pattern must be made of objects and lists of rules.');
  return Object.entries(pattern).every(([key, inner]) => matchesFilters(inner, typeof event === 'object' && event !== null ? (Reflect.get(event, key) as unknown) : undefined));
}

function matchesRule(rule: unknown, value: unknown): boolean {
  if (typeof rule !== 'object' || rule === null) return rule === value;
  const [[kind, argument] = ['', undefined], ...more] = Object.entries(rule) as [string, unknown][];
  if (more.length > 0) throw new Error('A filter rule has more than one condition.');
  switch (kind) {
    case 'prefix':
      return typeof value === 'string' && typeof argument === 'string' && value.startsWith(argument);
    case 'exists':
      return (value !== undefined) === argument;
    default:
      throw new Error(`The filter rule ${kind} is not known to the local cloud.`);
  }
}
