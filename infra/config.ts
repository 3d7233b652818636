/** What an installation can be told, once, before it is synthesised. Everything else is decided in this folder. */

export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

const legacyScep = ['accept', 'refuse'] as const;

/** Days that CloudWatch can keep logs for, as far as they make sense here. */
const retentions = [7, 14, 30, 60, 90, 180, 365, 731] as const;

export interface CustomDomain {
  readonly name: string;
  readonly certificateArn: string;
}

/** A name under which devices come by mutual TLS. */
export interface MutualTlsDomain extends CustomDomain {
  /** Where the certificates of our authorities lie, PEM, that API Gateway lets in. */
  readonly truststore: { readonly bucket: string; readonly key: string };
}

export interface Config {
  /** Names the installation in an account; part of every physical name. */
  readonly stage: string;
  /** Shown to the users of devices; default of the parameter `Organisation`. */
  readonly organisation: string;
  /** Default of the parameter `ApnsUrl`. */
  readonly apnsUrl: string;
  /** Where alarms go; none: subscribe to the topic by hand. */
  readonly alarmEmail: string | undefined;
  readonly logRetentionDays: (typeof retentions)[number];
  /** The API's own name; none: the one that API Gateway gives. */
  readonly apiDomain: CustomDomain | undefined;
  /** Where enrolled devices come, by mutual TLS instead of signed messages; none: they come to the API. Needs a name of the API's own, at which they enrol. */
  readonly mdmDomain: MutualTlsDomain | undefined;
  /** The communication server's own name; its certificate must be in us-east-1. None: CloudFront's. */
  readonly edgeDomain: CustomDomain | undefined;
  /** The web console's own name; its certificate must be in us-east-1. None: CloudFront's. */
  readonly consoleDomain: CustomDomain | undefined;
  /** The highest role that a program may take with a client id and secret; `off`: there is no such client. */
  readonly automation: Role | 'off';
  /** Whether devices may enrol by the ciphers and digests of old SCEP clients: single DES, triple DES, SHA-1. */
  readonly legacyScep: (typeof legacyScep)[number];
  /** Generation of the keys of download links. One more replaces them: docs/delivery.md. */
  readonly linkKeys: number;
}

/** Where the command-line tool waits for the browser to come back. Cognito compares it whole, port included. */
export const CLI_CALLBACK = 'http://127.0.0.1:8421/callback';

/** The stage that runs on a laptop. It alone has the automation client unasked. */
export const LOCAL_STAGE = 'local';

/**
 * Settings from a reader of names in camel case. Throws an Error naming the setting, as a CDK context key and an
 * environment variable, and what it may be.
 */
export function readConfig(read: (name: string) => string | undefined, defaultStage: string): Config {
  const stage = matching(read, 'stage', /^[a-z][a-z0-9-]{0,15}$/, '1 to 16 of a-z, 0-9 and -') ?? defaultStage;
  return {
    stage,
    organisation: matching(read, 'organisation', /^.{1,100}$/, '1 to 100 characters') ?? 'Wavecast',
    apnsUrl: matching(read, 'apnsUrl', /^https:\/\/[^/?#]+$/, 'an https address without a path') ?? 'https://api.push.apple.com',
    alarmEmail: matching(read, 'alarmEmail', /^[^@\s]+@[^@\s]+$/, 'an e-mail address'),
    logRetentionDays: retention(read),
    apiDomain: domain(read, 'api'),
    mdmDomain: mutualTlsDomain(read),
    edgeDomain: domain(read, 'edge'),
    consoleDomain: domain(read, 'console'),
    automation: automation(read) ?? (stage === LOCAL_STAGE ? 'admin' : 'off'),
    legacyScep: legacy(read),
    linkKeys: Number(matching(read, 'linkKeys', /^[1-9]\d{0,3}$/, 'a number from 1 to 9999: one more than before') ?? 1),
  };
}

/** The environment variable of a setting: `alarmEmail` is `WAVECAST_ALARM_EMAIL`. */
export function variableOf(name: string): string {
  return `WAVECAST_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

type Read = (name: string) => string | undefined;

function matching(read: Read, name: string, pattern: RegExp, may: string): string | undefined {
  const value = read(name);
  if (value === undefined || value === '') return undefined;
  if (!pattern.test(value)) throw refusal(name, may);
  return value;
}

function retention(read: Read): Config['logRetentionDays'] {
  const value = read('logRetentionDays') ?? '';
  if (value === '') return 90;
  const found = retentions.find((days) => String(days) === value);
  if (found === undefined) throw refusal('logRetentionDays', `one of ${retentions.join(', ')}`);
  return found;
}

function automation(read: Read): Config['automation'] | undefined {
  const value = read('automation') ?? '';
  if (value === '') return undefined;
  const found = value === 'off' ? value : roles.find((role) => role === value);
  if (found === undefined) throw refusal('automation', `off, ${roles.join(', ')}`);
  return found;
}

function legacy(read: Read): Config['legacyScep'] {
  const value = read('legacyScep') ?? '';
  const found = value === '' ? 'accept' : legacyScep.find((each) => each === value);
  if (found === undefined) throw refusal('legacyScep', legacyScep.join(' or '));
  return found;
}

function mutualTlsDomain(read: Read): MutualTlsDomain | undefined {
  const named = domain(read, 'mdm');
  const truststore = matching(read, 'mdmTruststore', /^s3:\/\/[a-z0-9.-]{3,63}\/.{1,900}$/, 'the address of a file of certificates: s3://bucket/key');
  if (named === undefined && truststore === undefined) return undefined;
  if (named === undefined) throw refusal('mdmDomain', 'given when mdmTruststore is');
  if (truststore === undefined) throw refusal('mdmTruststore', 'given when mdmDomain is: a file with what `wavecast authority show --json` prints as certificates');
  // Whoever has no identity yet must get one somewhere else, and the API's first address is closed where it has a name.
  if (domain(read, 'api') === undefined) throw refusal('apiDomain', 'given when mdmDomain is');
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(truststore) ?? [];
  return { ...named, truststore: { bucket, key } };
}

function domain(read: Read, of: 'api' | 'mdm' | 'edge' | 'console'): CustomDomain | undefined {
  const name = matching(read, `${of}Domain`, /^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a domain name');
  const certificateArn = matching(read, `${of}Certificate`, /^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/, 'the ARN of a certificate in ACM');
  if (name === undefined && certificateArn === undefined) return undefined;
  if (name === undefined) throw refusal(`${of}Domain`, `given when ${of}Certificate is`);
  if (certificateArn === undefined) throw refusal(`${of}Certificate`, `given when ${of}Domain is`);
  return { name, certificateArn };
}

function refusal(name: string, may: string): Error {
  return new Error(`The setting ${name} (${variableOf(name)}, or --context ${name}=...) must be ${may}.`);
}
