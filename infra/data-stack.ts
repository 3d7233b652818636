/**
 * What must not be lost: tables, buckets, secrets, people, and the communication server's address and keys, which links
 * on devices name. Everything here is retained; the stack is protected against termination.
 */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';
import { Buckets } from './constructs/buckets.ts';
import { ConsoleSite } from './constructs/console-site.ts';
import { Edge } from './constructs/edge.ts';
import { defineFunction, permit, type FunctionHome } from './constructs/function.ts';
import { signingKeyPermissions } from './constructs/permissions.ts';
import { Secrets } from './constructs/secrets.ts';
import { SignIn } from './constructs/sign-in.ts';
import { Tables } from './constructs/tables.ts';

export interface DataStackProps extends StackProps {
  readonly config: Config;
  readonly home: FunctionHome;
}

export class DataStack extends Stack {
  readonly tables: Tables;
  readonly buckets: Buckets;
  readonly secrets: Secrets;
  readonly signIn: SignIn;
  readonly edge: Edge;
  readonly console: ConsoleSite;

  constructor(scope: Construct, id: string, { config, home, ...props }: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    this.tables = new Tables(this, 'Tables');
    this.buckets = new Buckets(this, 'Buckets');
    // Its address is that of people's bookmarks, and named by sign-in, uploads and API.
    this.console = new ConsoleSite(this, 'Console', { bucket: this.buckets.console, logs: this.buckets.logs, config });
    this.buckets.takeUploadsFrom(this.console.url);
    this.secrets = new Secrets(this, 'Secrets');
    this.signIn = new SignIn(this, 'SignIn', config, this.console.url);
    // The one function of this stack: the edge cannot be made without the key that it makes.
    const signingKey = defineFunction(this, {
      name: 'signing-key', home, environment: { LINK_SECRET: this.secrets.link.arn, MANIFEST_SECRET: this.secrets.manifest.arn }, size: { memory: 512, seconds: 60 },
    });
    permit(signingKey, signingKeyPermissions(this.secrets));
    this.edge = new Edge(this, 'Edge', { buckets: this.buckets, signingKey, domain: config.edgeDomain, linkKeys: config.linkKeys });
    new CfnOutput(this, 'ConsoleUrl', { value: this.console.url, description: 'The web console' });
    new CfnOutput(this, 'EdgeUrl', { value: this.edge.url, description: 'The communication server' });
    new CfnOutput(this, 'PackagesBucket', { value: this.buckets.packages.bucketName, description: 'Where administrators put files, below incoming/' });
    new CfnOutput(this, 'UserPoolId', { value: this.signIn.userPoolId, description: 'Where people are added, and put into a group' });
    new CfnOutput(this, 'SignInUrl', { value: this.signIn.domainUrl, description: 'Where administrators sign in' });
    new CfnOutput(this, 'ConsoleClientId', { value: this.signIn.consoleClientId, description: "The web console's client of the user pool" });
  }
}
