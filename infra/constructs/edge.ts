/**
 * The communication server: CloudFront before the packages, open to signed links only. The key pairs of the links are made
 * by the function `signing-key` while the stack is; the private keys go to a secret and are never in a template. The gate
 * (infra/edge/gate.js) refuses at once what an administrator closes.
 */
import { CustomResource, Duration } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AccessLevel, AllowedMethods, CachePolicy, Distribution, Function as EdgeFunction, FunctionCode, FunctionEventType, FunctionRuntime, HttpVersion, KeyGroup, KeyValueStore,
  PublicKey, SecurityPolicyProtocol, ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { join } from 'node:path';
import type { CustomDomain } from '../config.ts';
import { acknowledge } from './acknowledge.ts';
import type { Buckets } from './buckets.ts';

/** A file that is not there. */
const NOTHING = 'nothing-here';

export interface EdgeProps {
  readonly buckets: Buckets;
  readonly signingKey: IFunction;
  readonly domain: CustomDomain | undefined;
  /** The generation of keys with which links are made. */
  readonly linkKeys: number;
}

export class Edge extends Construct {
  /** `https://` and the name, without a slash at the end. */
  readonly url: string;
  /** Names the public key in a signed link. */
  readonly keyPairId: string;
  readonly distribution: Distribution;
  /** What the gate has closed. */
  readonly gateArn: string;

  constructor(scope: Construct, id: string, { buckets, signingKey, domain, linkKeys }: EdgeProps) {
    super(scope, id);
    const pairs = new CustomResource(this, 'KeyPairs', {
      resourceType: 'Custom::SigningKey',
      serviceToken: signingKey.functionArn,
      serviceTimeout: Duration.minutes(2),
      properties: { Generation: linkKeys },
    });
    // The former, the present and the next, as core/catalog/link-keys.ts keeps them. CloudFront never changes a key: each
    // generation is a resource of its own, and a rotation adds one and removes one.
    const publicKeys = [linkKeys - 1, linkKeys, linkKeys + 1].filter((generation) => generation >= 1).map((generation) => ({ generation, key: new PublicKey(this, `PublicKey${generation}`, { encodedKey: pairs.getAttString(`PublicKeyPem${generation}`) }) }));
    this.keyPairId = publicKeys.find(({ generation }) => generation === linkKeys)?.key.publicKeyId ?? '';
    const closed = new KeyValueStore(this, 'Closed', { comment: 'Branches and packages that the communication server refuses' });
    this.gateArn = closed.keyValueStoreArn;
    const gate = new EdgeFunction(this, 'Gate', {
      comment: 'Refuses branches and packages that were closed',
      code: FunctionCode.fromFile({ filePath: join(import.meta.dirname, '../edge/gate.js') }),
      runtime: FunctionRuntime.JS_2_0,
      keyValueStore: closed,
    });
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Wavecast communication server',
      defaultBehavior: {
        // Whoever may list a bucket gets 404 for what is not there; without, 403. The root object keeps the list itself closed.
        origin: S3BucketOrigin.withOriginAccessControl(buckets.packages, { originAccessLevels: [AccessLevel.READ, AccessLevel.LIST] }),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        // Packages are compressed already, and a range must be one of the file itself.
        compress: false,
        trustedKeyGroups: [new KeyGroup(this, 'KeyGroup', { items: publicKeys.map(({ key }) => key) })],
        functionAssociations: [{ function: gate, eventType: FunctionEventType.VIEWER_REQUEST }],
      },
      defaultRootObject: NOTHING,
      // A refused signature looks like a missing file. The page itself is deliberately not there: CloudFront then
      // answers what its fetching gave, 404 ("Generate custom error responses", CloudFront Developer Guide).
      errorResponses: [{ httpStatus: 403, responseHttpStatus: 404, responsePagePath: `/${NOTHING}`, ttl: Duration.seconds(10) }],
      httpVersion: HttpVersion.HTTP2_AND_3,
      enableLogging: true,
      logBucket: buckets.logs,
      logFilePrefix: 'edge/',
      ...(domain === undefined ? {} : {
        domainNames: [domain.name],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
    });
    this.url = `https://${domain?.name ?? this.distribution.distributionDomainName}`;
    acknowledge(this.distribution, {
      '@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk': 'The root object is set, and every path needs a signed link.',
      'AwsSolutions-CFR1': 'Devices travel; who may fetch is decided by the signed link, not by the country.',
      'AwsSolutions-CFR2': 'Every request needs a signed link, which CloudFront checks before the origin; a firewall would cost more than the rest at rest.',
      ...(domain === undefined ? { 'AwsSolutions-CFR4': "Without a name of one's own only CloudFront's certificate is possible, and it fixes the minimum; set edgeDomain and edgeCertificate for TLS 1.2." } : {}),
    });
  }
}
