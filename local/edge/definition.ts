/**
 * A distribution as the template describes it. Read are S3 origins, behaviours, key groups, CloudFront functions on viewer
 * requests, response headers policies, error pages and standard logs; other origins and functions are refused. Caching,
 * compression and geography are not modelled.
 */
import * as z from 'zod';
import type { TemplateResource } from '../http-api/template-resource.ts';
import { policyHeaders } from './response-headers.ts';

const origin = z.object({
  Id: z.string(), DomainName: z.string(), OriginPath: z.string().optional(), CustomOriginConfig: z.undefined().optional(),
});
const behaviour = z.object({
  TargetOriginId: z.string(),
  PathPattern: z.string().optional(),
  AllowedMethods: z.array(z.string()).optional(),
  TrustedKeyGroups: z.array(z.string()).optional(),
  FunctionAssociations: z.array(z.object({ EventType: z.literal('viewer-request'), FunctionARN: z.string() })).max(1).optional(),
  LambdaFunctionAssociations: z.array(z.never()).optional(),
  ResponseHeadersPolicyId: z.string().optional(),
});
const errorResponse = z.object({ ErrorCode: z.number(), ResponseCode: z.number().optional(), ResponsePagePath: z.string().optional() });
const distribution = z.object({
  DistributionConfig: z.object({
    Origins: z.array(origin).min(1),
    DefaultCacheBehavior: behaviour,
    CacheBehaviors: z.array(behaviour).optional(),
    CustomErrorResponses: z.array(errorResponse).optional(),
    DefaultRootObject: z.string().optional(),
    Logging: z.object({ Bucket: z.string(), Prefix: z.string().default('') }).optional(),
  }),
});
const keyGroup = z.object({ KeyGroupConfig: z.object({ Items: z.array(z.string()) }) });
const bucketPolicy = z.object({
  Bucket: z.string(),
  PolicyDocument: z.object({ Statement: z.array(z.object({ Effect: z.string(), Principal: z.unknown(), Action: z.union([z.string(), z.array(z.string())]) })) }),
});
const viewerFunction = z.object({
  FunctionCode: z.string(),
  FunctionConfig: z.object({ Runtime: z.literal('cloudfront-js-2.0'), KeyValueStoreAssociations: z.array(z.object({ KeyValueStoreARN: z.string() })).max(1).optional() }),
});
const publicKey = z.object({ PublicKeyConfig: z.object({ EncodedKey: z.string().optional() }) });

export interface Behaviour {
  /** Matches a path that begins with `/`; absent for the default behaviour. */
  readonly pattern: string | undefined;
  readonly bucket: string;
  /** Put before the path, `''` or `/folder`. */
  readonly originPath: string;
  readonly methods: readonly string[];
  /** What the bucket answers for a missing object: 404 to whoever may list it, else 403. */
  readonly missing: 403 | 404;
  /** Ids of the public keys that may sign; undefined where no signature is needed. */
  readonly signers: readonly string[] | undefined;
  /** Put on every answer, in the place of the origin's own; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Runs before the answer, where there is one. */
  readonly onRequest: { readonly code: string; readonly keyValueStoreArn: string | undefined } | undefined;
}

export interface ErrorPage {
  readonly status: number;
  readonly answerStatus: number;
  /** Absent: the origin's own answer goes out. */
  readonly path: string | undefined;
}

export interface EdgeDefinition {
  /** In order of precedence, the default behaviour last. */
  readonly behaviours: readonly Behaviour[];
  readonly errorPages: readonly ErrorPage[];
  readonly rootObject: string | undefined;
  /** PEM by public key id. Keys that only deployment makes are set later. */
  readonly publicKeys: Readonly<Record<string, string>>;
  /** Where records of access go; undefined where none are kept. */
  readonly logs: { readonly bucket: string; readonly prefix: string; readonly distributionId: string } | undefined;
}

/** Reads the one distribution among the resources that is meant. Throws when there is none, several, or an unsupported part. */
export function readEdge(resources: readonly TemplateResource[], isMeant: (logicalId: string) => boolean = () => true): EdgeDefinition {
  const [found, ...others] = resources.filter(({ type, logicalId }) => type === 'AWS::CloudFront::Distribution' && isMeant(logicalId));
  if (found === undefined || others.length > 0) throw new Error('The template needs exactly one AWS::CloudFront::Distribution of this kind.');
  const config = distribution.parse(found.properties).DistributionConfig;
  const groups = new Map(ofType(resources, 'AWS::CloudFront::KeyGroup').map((group) => [group.ref, keyGroup.parse(group.properties).KeyGroupConfig.Items]));
  const origins = new Map(config.Origins.map((each) => [each.Id, { bucket: bucketOf(each.DomainName), originPath: each.OriginPath ?? '' }]));
  const read = (each: z.infer<typeof behaviour>): Behaviour => {
    const target = origins.get(each.TargetOriginId);
    if (target === undefined) throw new Error(`The distribution has no origin ${each.TargetOriginId}.`);
    const signers = each.TrustedKeyGroups?.flatMap((group) => groups.get(group) ?? []);
    const [association] = each.FunctionAssociations ?? [];
    return { onRequest: association === undefined ? undefined : functionOf(resources, association.FunctionARN), ...target, missing: mayList(resources, target.bucket) ? 404 : 403, pattern: each.PathPattern, methods: each.AllowedMethods ?? ['GET', 'HEAD'], signers, headers: headersOf(resources, each.ResponseHeadersPolicyId) };
  };
  const keys = ofType(resources, 'AWS::CloudFront::PublicKey').flatMap((key) => {
    const pem = publicKey.parse(key.properties).PublicKeyConfig.EncodedKey;
    return pem?.startsWith('-----BEGIN') === true ? [[key.ref, pem] as const] : [];
  });
  return {
    behaviours: [...(config.CacheBehaviors ?? []), config.DefaultCacheBehavior].map(read),
    errorPages: (config.CustomErrorResponses ?? []).map((page) => ({ status: page.ErrorCode, answerStatus: page.ResponseCode ?? page.ErrorCode, path: page.ResponsePagePath })),
    rootObject: config.DefaultRootObject,
    publicKeys: Object.fromEntries(keys),
    logs: config.Logging === undefined ? undefined : { bucket: bucketOf(config.Logging.Bucket), prefix: config.Logging.Prefix, distributionId: found.ref },
  };
}

/** The behaviour for a path: the first whose pattern matches, else the default. */
export function behaviourFor(definition: EdgeDefinition, path: string): Behaviour {
  const found = definition.behaviours.find((each) => each.pattern === undefined || matchesPattern(each.pattern, path));
  if (found === undefined) throw new Error('The distribution has no default behaviour.');
  return found;
}

/** `*` stands for any characters, `?` for one. A pattern may leave its first slash out. */
export function matchesPattern(pattern: string, path: string): boolean {
  const whole = pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`;
  return wildcard(whole).test(path);
}

/** A regular expression for a text with the wildcards `*` and `?`. */
export function wildcard(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

function ofType(resources: readonly TemplateResource[], type: string): readonly TemplateResource[] {
  return resources.filter((resource) => resource.type === type);
}

function functionOf(resources: readonly TemplateResource[], arn: string): Behaviour['onRequest'] {
  const found = ofType(resources, 'AWS::CloudFront::Function').find(({ ref }) => ref === arn || arn.endsWith(`/${ref}`));
  if (found === undefined) throw new Error(`The template has no function ${arn}.`);
  const { FunctionCode: code, FunctionConfig: { KeyValueStoreAssociations: stores = [] } } = viewerFunction.parse(found.properties);
  return { code, keyValueStoreArn: stores[0]?.KeyValueStoreARN };
}

function headersOf(resources: readonly TemplateResource[], policyId: string | undefined): Behaviour['headers'] {
  if (policyId === undefined) return {};
  const found = ofType(resources, 'AWS::CloudFront::ResponseHeadersPolicy').find(({ ref }) => ref === policyId);
  if (found === undefined) throw new Error(`The template has no response headers policy ${policyId}.`);
  return policyHeaders(found.properties);
}

/** Whether a bucket policy lets CloudFront list the bucket. */
function mayList(resources: readonly TemplateResource[], bucket: string): boolean {
  return ofType(resources, 'AWS::S3::BucketPolicy').some((policy) => {
    const parsed = bucketPolicy.parse(policy.properties);
    return parsed.Bucket === bucket && parsed.PolicyDocument.Statement.some((statement) =>
      statement.Effect === 'Allow' && JSON.stringify(statement.Principal ?? '').includes('cloudfront.amazonaws.com') && [statement.Action].flat().includes('s3:ListBucket'));
  });
}

function bucketOf(domainName: string): string {
  const bucket = /^(.+)\.s3[.-][\w.-]*amazonaws\.com(?:\.cn)?$/.exec(domainName)?.[1];
  if (bucket === undefined) throw new Error(`The distribution's origin ${domainName} is no S3 bucket.`);
  return bucket;
}
