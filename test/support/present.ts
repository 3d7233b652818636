/** The value, where a test is sure that there is one; the test fails where there is none. */
export function present<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error('What the test counts on is not there.');
  return value;
}
