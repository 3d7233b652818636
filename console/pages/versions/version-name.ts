/** As people know a version: `Fieldwork 2.1.0 (42)`. */
export function nameOf({ title, shortVersion, version }: { readonly title: string; readonly shortVersion: string; readonly version: string }): string {
  return `${title} ${shortVersion} (${version})`;
}
