/** What a record of the audit log says was changed, fact by fact. */

export interface ChangedFact {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Facts that are there before and after and say the same are left out. What is no record of facts is one fact without a name. */
export function changedFacts(before: unknown, after: unknown): readonly ChangedFact[] {
  const [was, is] = [factsOf(before), factsOf(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]))
    .map((name) => {
      const called = { name, before: textOf(was[name]), after: textOf(is[name]) };
      // The same things, and something in them is another.
      return called.before === called.after ? { name, before: JSON.stringify(was[name]), after: JSON.stringify(is[name]) } : called;
    });
}

function factsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  return typeof value === 'object' && !Array.isArray(value) ? { ...value } : { '': value };
}

/** Things in a list are called by what a person knows them by; all of them stands below, on demand. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map((one: unknown) => nameOf(one) ?? JSON.stringify(one)).join(', ');
  return JSON.stringify(value);
}

/** In this order: a hold has a branch, a device a name and an id. */
const callings = ['name', 'deviceName', 'branchId', 'id'] as const;

function nameOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const facts = factsOf(value);
  return callings.map((calling) => facts[calling]).find((name) => typeof name === 'string');
}
