/**
 * IAM's pattern language: `*` is any run of characters, also none and also across `/` and `:`; `?` is exactly one.
 * Everything else stands for itself. Two pointers and one point to go back to: no regular expression is built from a
 * policy's text, and no pattern is exponential.
 */
export function matchesWildcard(pattern: string, value: string): boolean {
  let p = 0;
  let v = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (v < value.length) {
    const symbol = pattern[p];
    // `*` is looked at first: a star in the value is an ordinary character there.
    if (symbol === '*') {
      starAt = p;
      p += 1;
      resumeAt = v;
    } else if (p < pattern.length && (symbol === '?' || symbol === value[v])) {
      p += 1;
      v += 1;
    } else if (starAt >= 0) {
      p = starAt + 1;
      resumeAt += 1;
      v = resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

/** Actions are compared without regard to case, as IAM does. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesWildcard(pattern.toLowerCase(), action.toLowerCase());
}

/**
 * ARN patterns are compared component by component (`arn:partition:service:region:account:resource`), so that a `*` in
 * one does not swallow the next. The resource is the rest, colons included.
 */
export function matchesArn(pattern: string, arn: string): boolean {
  const patternParts = arnComponents(pattern);
  const parts = arnComponents(arn);
  if (patternParts === undefined || parts === undefined) return false;
  return patternParts.every((part, index) => matchesWildcard(part, parts[index] ?? ''));
}

/** Resources: `*` alone is everything, also requests that concern no resource; else an ARN pattern. */
export function matchesResource(pattern: string, resource: string): boolean {
  return pattern === '*' || matchesArn(pattern, resource);
}

/** Whether the text has the six parts of an ARN. */
export function isArn(text: string): boolean {
  return text.startsWith('arn:') && arnComponents(text) !== undefined;
}

/**
 * Whether a resource pattern has a wildcard where IAM takes none: in the resource's type, the word before the first `/`
 * or `:` of the last part. S3 has no types. Source: IAM user guide, "Identify AWS resources with ARNs", incorrect wildcard usage.
 */
export function hasWildcardInType(pattern: string): boolean {
  const [, , service, , , ...resource] = pattern.split(':');
  const type = service === 's3' ? undefined : /^([^/:]*)[/:]/.exec(resource.join(':'))?.[1];
  return type !== undefined && /[*?]/.test(type);
}

function arnComponents(arn: string): readonly string[] | undefined {
  const parts = arn.split(':');
  if (parts.length < 6) return undefined;
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}
