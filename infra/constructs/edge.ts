/**
 * The communication server: CloudFront before the packages, open to signed links only. The key pair of the links is made
 * by the function `signing-key` while the stack is; the private key goes to a secret and is never in a template.
 */
import { CustomResource, Duration } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AccessLevel, AllowedMethods, CachePolicy, Distribution, HttpVersion, KeyGroup, PublicKey, SecurityPolicyProtocol, ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { CustomDomain } from '../config.ts';
import { acknowledge } from './acknowledge.ts';
import type { Buckets } from './buckets.ts';

/** A file that is not there. */
const NOTHING = 'nothing-here';

export interface EdgeProps {
  readonly buckets: Buckets;
  readonly signingKey: IFunction;
  readonly domain: CustomDomain | undefined;
}

export class Edge extends Construct {
  /** `https://` and the name, without a slash at the end. */
  readonly url: string;
  /** Names the public key in a signed link. */
  readonly keyPairId: string;
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, { buckets, signingKey, domain }: EdgeProps) {
    super(scope, id);
    const pair = new CustomResource(this, 'KeyPair', {
      resourceType: 'Custom::SigningKey',
      serviceToken: signingKey.functionArn,
      serviceTimeout: Duration.minutes(2),
    });
    const publicKey = new PublicKey(this, 'PublicKey', { encodedKey: pair.getAttString('PublicKeyPem') });
    this.keyPairId = publicKey.publicKeyId;
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
        trustedKeyGroups: [new KeyGroup(this, 'KeyGroup', { items: [publicKey] })],
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
