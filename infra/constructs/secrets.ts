/** What must stay secret. All are made empty; what writes each first is named beside it. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** The ARN, and nothing else: no construct can read the value into a template. */
export interface SecretRef {
  readonly arn: string;
}

export class Secrets extends Construct {
  /** Our certificate authorities with their keys; the first is made when the first device enrols. */
  readonly authority: SecretRef;
  /** The APNs push certificate and its key; an administrator uploads them. */
  readonly push: SecretRef;
  /** The certificates that sign enrolment profiles, with their keys; an administrator may upload one. */
  readonly profile: SecretRef;
  /** The private keys of package links; made when the stack is. */
  readonly link: SecretRef;
  /** The keys of manifest links, apart: the function that hands out commands needs these alone. */
  readonly manifest: SecretRef;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.authority = this.#secret('Authority', "The certificate authority of the devices' identities", 'Every device that enrols gets the certificate of the authority with its profile. An administrator replaces it with an overlap: `wavecast authority rotate`.');
    this.push = this.#secret('Push', 'The APNs push certificate', 'Apple issues it for a year. The sweep warns before it ends, and an administrator uploads the next.');
    this.profile = this.#secret('Profile', 'The certificates that sign enrolment profiles', 'A public authority issues it; an administrator uploads the next. Former ones are kept for the devices that enrolled by them.');
    const byGeneration = 'Links that were handed out live for days and end with their keys. The setting linkKeys replaces them, with an overlap (docs/delivery.md).';
    this.link = this.#secret('Link', 'The private keys of package links', byGeneration);
    this.manifest = this.#secret('Manifest', 'The keys of manifest links', byGeneration);
  }

  /** CDK's own Secret fills a new one with a random text, which would look like a value. */
  #secret(id: string, description: string, whyNotRotated: string): SecretRef {
    const secret = new CfnSecret(this, id, { description });
    secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
    acknowledge(secret, { 'AwsSolutions-SMG4': whyNotRotated });
    return { arn: secret.ref };
  }
}
