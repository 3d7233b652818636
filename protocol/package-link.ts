/** How long a signed address of the communication server says that it is good. */

/** Milliseconds since the Unix epoch; undefined where it does not say. CloudFront's canned policy (`Expires`) or a custom one (`Policy`). */
export function linkUntil(url: string): number | undefined {
  const query = URL.canParse(url) ? new URL(url).searchParams : new URLSearchParams();
  const seconds = query.get('Expires') ?? endOf(query.get('Policy'));
  return seconds === undefined || !/^\d{1,12}$/.test(seconds) ? undefined : Number(seconds) * 1_000;
}

/** CloudFront's base64: `-` for `+`, `_` for `=`, `~` for `/`. */
function endOf(policy: string | null): string | undefined {
  if (policy === null) return undefined;
  const text = Buffer.from(policy.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/'), 'base64').toString('utf8');
  return /"DateLessThan"\s*:\s*\{\s*"AWS:EpochTime"\s*:\s*(\d{1,12})/.exec(text)?.[1];
}
