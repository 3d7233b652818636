/**
 * The web console: its files in a bucket of their own behind CloudFront, and the headers that keep strangers out of its pages.
 * The function `publish-console` fills the bucket; nothing else writes to it.
 */
import { Duration } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AccessLevel, AllowedMethods, CachePolicy, Distribution, Function as EdgeFunction, FunctionCode, FunctionEventType, FunctionRuntime, HeadersFrameOption, HeadersReferrerPolicy, HttpVersion,
  ResponseHeadersPolicy, SecurityPolicyProtocol, ViewerProtocolPolicy, type BehaviorOptions,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { join } from 'node:path';
import { LOCAL_STAGE, type Config } from '../config.ts';
import { acknowledge } from './acknowledge.ts';

export interface ConsoleSiteProps {
  readonly bucket: IBucket;
  readonly logs: IBucket;
  readonly config: Pick<Config, 'stage' | 'consoleDomain'>;
}

/**
 * What a page may load and whom it may ask. Scripts and styles come from the console's own files alone, none is written into a page:
 * the components set single properties of elements from their scripts, which needs no permission. Whom exactly it may ask is known
 * only when the API is there: the document itself, which `publish-console` writes, allows no other addresses.
 */
function contentSecurityPolicy(stage: string): string {
  // On a laptop the API, the sign-in and the files are at ports of their own.
  const others = stage === LOCAL_STAGE ? 'https: http://127.0.0.1:*' : 'https:';
  return [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "font-src 'self'", `img-src 'self' ${others}`, `connect-src 'self' ${others}`,
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
  ].join('; ');
}

export class ConsoleSite extends Construct {
  /** Its origin, without a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { bucket, logs, config: { stage, consoleDomain } }: ConsoleSiteProps) {
    super(scope, id);
    const headers = (name: string, comment: string, cacheControl: string): ResponseHeadersPolicy => new ResponseHeadersPolicy(this, name, {
      comment,
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicy(stage), override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(730), includeSubdomains: true, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: 'cache-control', value: cacheControl, override: true },
          { header: 'cross-origin-opener-policy', value: 'same-origin', override: true },
          { header: 'permissions-policy', value: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()', override: true },
        ],
      },
    });
    const common = {
      // Whoever may list a bucket gets 404 for what is not there; without, 403. The list itself nobody reaches: its path is a page's.
      origin: S3BucketOrigin.withOriginAccessControl(bucket, { originAccessLevels: [AccessLevel.READ, AccessLevel.LIST] }),
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      compress: true,
    } satisfies BehaviorOptions;
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Wavecast console',
      defaultBehavior: {
        ...common,
        // Which files a page consists of is said by the document: it is never old.
        cachePolicy: CachePolicy.CACHING_DISABLED,
        responseHeadersPolicy: headers('Pages', 'Console: the document and its settings', 'no-cache'),
        functionAssociations: [{
          eventType: FunctionEventType.VIEWER_REQUEST,
          function: new EdgeFunction(this, 'Addresses', {
            comment: 'Every page of the console is one document', runtime: FunctionRuntime.JS_2_0,
            code: FunctionCode.fromFile({ filePath: join(import.meta.dirname, '../edge/console-pages.js') }),
          }),
        }],
      },
      additionalBehaviors: {
        // Named by their content: they never change.
        '/assets/*': { ...common, cachePolicy: CachePolicy.CACHING_OPTIMIZED, responseHeadersPolicy: headers('Files', 'Console: files of the build', 'public, max-age=31536000, immutable') },
      },
      httpVersion: HttpVersion.HTTP2_AND_3,
      enableLogging: true,
      logBucket: logs,
      logFilePrefix: 'console/',
      ...(consoleDomain === undefined ? {} : {
        domainNames: [consoleDomain.name],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', consoleDomain.certificateArn),
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
    });
    // A browser does not know the local root: on a laptop the console is served without TLS, on the loopback address.
    this.url = `${stage === LOCAL_STAGE ? 'http' : 'https'}://${consoleDomain?.name ?? distribution.distributionDomainName}`;
    acknowledge(distribution, {
      '@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk': 'Every path that is no file of the build leads to the document.',
      'AwsSolutions-CFR1': 'Administrators travel; the console holds nothing, and the API asks for a token.',
      'AwsSolutions-CFR2': 'It serves public files, and nothing behind it costs anything to ask; the API has limits of its own.',
      ...(consoleDomain === undefined ? { 'AwsSolutions-CFR4': "Without a name of one's own only CloudFront's certificate is possible, and it fixes the minimum; set consoleDomain and consoleCertificate for TLS 1.2." } : {}),
    });
  }
}
