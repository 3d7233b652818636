/** The HTTP API: what devices call, proven by the functions themselves, and what administrators call, with a token. */
import { Duration, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { ApiMapping, CorsHttpMethod, DomainName, HttpApi, HttpMethod, HttpRoute, HttpRouteKey, HttpStage, LogGroupLogDestination, SecurityPolicy } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { acknowledge } from './acknowledge.ts';
import { pascal } from './function.ts';
import { logGroup } from './logs.ts';
import { API_SCOPE, type SignIn } from './sign-in.ts';

type Served = 'enrol' | 'scep' | 'check-in' | 'command' | 'delivery' | 'admin';
type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Endpoint {
  readonly path: string;
  readonly methods: readonly Method[];
  readonly to: Served;
  /** Why no token is asked for; absent where one is. */
  readonly open?: string;
}

const byIdentity = 'The device proves itself by its identity certificate, which the function checks.';
export const endpoints: readonly Endpoint[] = [
  { path: '/enrol/{secret}', methods: ['GET'], to: 'enrol', open: 'The secret of the invitation opens it.' },
  { path: '/enrol/{secret}/profile', methods: ['GET'], to: 'enrol', open: 'The secret of the invitation opens it.' },
  { path: '/scep', methods: ['GET', 'POST'], to: 'scep', open: 'A one-time challenge in the request opens it.' },
  { path: '/mdm/check-in', methods: ['PUT'], to: 'check-in', open: byIdentity },
  { path: '/mdm/command', methods: ['PUT'], to: 'command', open: byIdentity },
  { path: '/d/{link}/manifest.plist', methods: ['GET', 'HEAD'], to: 'delivery', open: 'The link carries its own proof, which the function checks.' },
  { path: '/v1/configuration', methods: ['GET'], to: 'admin', open: 'It says where to sign in.' },
  { path: '/v1/openapi.json', methods: ['GET'], to: 'admin', open: 'The description of the API is public.' },
  { path: '/v1/{proxy+}', methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], to: 'admin' },
];

/** No path and no query: both may hold a secret. The route says as much as is needed. */
const accessLog = JSON.stringify({
  requestId: '$context.requestId', time: '$context.requestTimeEpoch', route: '$context.routeKey', status: '$context.status',
  responseBytes: '$context.responseLength', milliseconds: '$context.responseLatency', sourceIp: '$context.identity.sourceIp',
  error: '$context.error.messageString', authoriserError: '$context.authorizer.error', integrationError: '$context.integrationErrorMessage',
});

/** The API alone: functions take its address into their environment before the routes lead to them. */
export class Api extends Construct {
  readonly http: HttpApi;
  /** `https://` and the name, without a slash at the end. */
  readonly url: string;
  /** Where enrolled devices come: the same, or the name at which they show their certificates. */
  readonly mdmUrl: string;

  /** `consoleUrl`: whose pages may ask, beside programs. */
  constructor(scope: Construct, id: string, config: Config, consoleUrl: string) {
    super(scope, id);
    this.http = new HttpApi(this, 'Http', {
      apiName: `wavecast-${config.stage}`,
      description: 'Wavecast: devices and administrators',
      createDefaultStage: false,
      // A name of one's own is then the only door: the other would go round what is set up at it.
      disableExecuteApiEndpoint: config.apiDomain !== undefined,
      corsPreflight: {
        allowOrigins: [consoleUrl], allowHeaders: ['authorization', 'content-type'], maxAge: Duration.hours(1),
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.PATCH, CorsHttpMethod.DELETE],
      },
    });
    const logs = logGroup(this, 'AccessLogs', config.logRetentionDays);
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.http,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 1_000, burstLimit: 2_000 },
      accessLogSettings: { destination: new LogGroupLogDestination(logs), format: AccessLogFormat.custom(accessLog) },
    });
    if (config.apiDomain !== undefined) {
      const domainName = new DomainName(this, 'Name', { domainName: config.apiDomain.name, certificate: Certificate.fromCertificateArn(this, 'Certificate', config.apiDomain.certificateArn) });
      new ApiMapping(this, 'Mapping', { api: this.http, domainName, stage });
    }
    if (config.mdmDomain !== undefined) {
      const { name, certificateArn, truststore } = config.mdmDomain;
      const domainName = new DomainName(this, 'MdmName', {
        domainName: name, certificate: Certificate.fromCertificateArn(this, 'MdmCertificate', certificateArn), securityPolicy: SecurityPolicy.TLS_1_2,
        mtls: { bucket: Bucket.fromBucketName(this, 'Truststore', truststore.bucket), key: truststore.key },
      });
      new ApiMapping(this, 'MdmMapping', { api: this.http, domainName, stage });
    }
    this.url = config.apiDomain === undefined ? this.http.apiEndpoint : `https://${config.apiDomain.name}`;
    this.mdmUrl = config.mdmDomain === undefined ? this.url : `https://${config.mdmDomain.name}`;
  }

  /** Leads the endpoints to the functions. */
  route(functions: Readonly<Record<Served, IFunction>>, signIn: SignIn): void {
    const authorizer = new HttpJwtAuthorizer('Administrators', signIn.issuerUrl, { jwtAudience: [...signIn.clientIds] });
    const integrations = new Map<Served, HttpLambdaIntegration>();
    for (const { path, methods, to, open } of endpoints) {
      const integration = integrations.get(to) ?? new HttpLambdaIntegration(`${pascal(to)}Integration`, functions[to], { scopePermissionToRoute: false });
      integrations.set(to, integration);
      const routes = this.http.addRoutes({
        path, integration,
        methods: methods.map((method) => HttpMethod[method]),
        ...(open === undefined ? { authorizer, authorizationScopes: [API_SCOPE] } : {}),
      });
      if (open !== undefined) for (const route of routes) acknowledge(route, { 'AwsSolutions-APIG4': open });
    }
    const admin = integrations.get('admin');
    if (admin === undefined) return;
    // API Gateway's own answer to an unknown route says neither what is wrong nor what to do.
    const others = new HttpRoute(this, 'Others', { httpApi: this.http, integration: admin, routeKey: HttpRouteKey.DEFAULT });
    // The CDK's permission is for stage, method and path; this route has no method.
    functions.admin.addPermission('OtherRoutes', {
      scope: this, principal: new ServicePrincipal('apigateway.amazonaws.com'), sourceArn: Stack.of(this).formatArn({ service: 'execute-api', resource: this.http.apiId, resourceName: '*/$default' }),
    });
    acknowledge(others, { 'AwsSolutions-APIG4': 'It answers that there is no such route, and does nothing: whoever gets through to an operation without a token is refused for want of a role.' });
  }
}
