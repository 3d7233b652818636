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
    .map((name) => ({ name, before: textOf(was[name]), after: textOf(is[name]) }))
    .filter((fact) => fact.before !== fact.after);
}

function factsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  return typeof value === 'object' && !Array.isArray(value) ? { ...value } : { '': value };
}

function textOf(value: unknown): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}
