/** What counted use costs at given prices. */

/** What AWS bills of a rollout, in its own units. */
export const billed = {
  dynamodbWriteUnits: 'DynamoDB write units', dynamodbReadUnits: 'DynamoDB read units', lambdaRequests: 'Lambda invocations', lambdaGigabyteSeconds: 'Lambda GB-seconds', apiRequests: 'HTTP API requests',
  stateTransitions: 'Step Functions transitions', schedules: 'Scheduler invocations', queueRequests: 'SQS requests', s3Writes: 'S3 writes', edgeRequests: 'CloudFront requests', edgeGigabytes: 'CloudFront GB',
} as const;
export type Billed = keyof typeof billed;
const names = Object.keys(billed).filter((name): name is Billed => name in billed);

export type Use = Readonly<Record<Billed, number>>;
export type Prices = Readonly<Record<Billed, { readonly usd: number; readonly per: number }>>;

/** Throws an Error that names what is missing. */
export function parsePrices(text: string): Prices {
  const given: unknown = JSON.parse(text);
  const price = (name: Billed): Prices[Billed] => {
    const entry: unknown = typeof given === 'object' && given !== null ? Reflect.get(given, name) : undefined;
    const [usd, per] = typeof entry === 'object' && entry !== null ? [Number(Reflect.get(entry, 'usd')), Number(Reflect.get(entry, 'per'))] : [Number.NaN, Number.NaN];
    if (!(usd >= 0) || !(per > 0)) throw new Error(`The prices have no "${name}": say {"usd": 0.2, "per": 1000000}.`);
    return { usd, per };
  };
  return {
    dynamodbWriteUnits: price('dynamodbWriteUnits'), dynamodbReadUnits: price('dynamodbReadUnits'), lambdaRequests: price('lambdaRequests'), lambdaGigabyteSeconds: price('lambdaGigabyteSeconds'),
    apiRequests: price('apiRequests'), stateTransitions: price('stateTransitions'), schedules: price('schedules'), queueRequests: price('queueRequests'), s3Writes: price('s3Writes'),
    edgeRequests: price('edgeRequests'), edgeGigabytes: price('edgeGigabytes'),
  };
}

export interface Line {
  readonly of: Billed;
  readonly perThousand: number;
  readonly usd: number;
}

/** Of a rollout to 1,000 devices, as counted in one to `devices`. */
export function billOf(use: Use, devices: number, prices: Prices): readonly Line[] {
  return names.map((of) => {
    const perThousand = (use[of] / devices) * 1_000;
    return { of, perThousand, usd: (perThousand / prices[of].per) * prices[of].usd };
  });
}
