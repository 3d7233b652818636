/** A local cloud whose SCEP endpoint is talked to by hand. Time goes as it does. */
import { createHash, X509Certificate } from 'node:crypto';
import { SecretsManagerClient, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { paginateScan, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '../../adapters/dynamodb/document-client.ts';
import { DAY } from '../../core/ambient.ts';
import { parseBranchId, parseInvitationId, parseSha256 } from '../../core/ids.ts';
import { PLACE } from '../../local/boot.ts';
import { DemoClient } from '../../local/demo/admin-client.ts';
import { decodePlist } from '../../protocol/plist.ts';
import { decodeEnrolmentProfile } from '../../protocol/profile.ts';
import { certificatesInSignedData } from '../../protocol/signed-data.ts';
import { enrolmentRequest, readAnswer, rsa, type KeyPair, type ReadAnswer } from '../fixtures/scep-messages.ts';
import { bootTestCloud, type TestCloud } from './local-cloud.ts';

export type Profile = ReturnType<typeof decodeEnrolmentProfile>;

/** What a device is answered. */
export interface ScepAnswer extends ReadAnswer {
  readonly http: number;
}

export class ScepScene {
  readonly test: TestCloud;
  readonly admin: DemoClient;
  readonly document: DynamoDBDocumentClient;
  /** Every line that functions wrote. */
  readonly log: string[];

  private constructor(test: TestCloud, log: string[]) {
    this.test = test;
    this.log = log;
    this.admin = new DemoClient(test.cloud);
    this.document = createDocumentClient(new DynamoDBClient(this.#config()));
  }

  static async boot(): Promise<ScepScene> {
    const log: string[] = [];
    const test = await bootTestCloud({ pace: 'real', functionLog: (_, line) => { log.push(line); } });
    await test.stores.setPushCertificate();
    await test.stores.branches.putBranch({ id: parseBranchId('berlin'), name: 'Berlin', timeZone: 'UTC', linkMbps: 100, brake: false, revision: 0 });
    return new ScepScene(test, log);
  }

  #config() {
    const { cloud } = this.test;
    return { endpoint: cloud.awsUrl, region: PLACE.region, credentials: cloud.developer };
  }

  now(): number {
    return this.test.cloud.clock.now();
  }

  /** The address of an invitation's profile. */
  async invited(uses = 1): Promise<string> {
    const secret = crypto.randomUUID();
    await this.test.stores.invitations.addInvitation(
      { id: parseInvitationId(crypto.randomUUID()), branchId: parseBranchId('berlin'), testDevice: false, uses, used: 0, createdAt: this.now(), expiresAt: this.now() + 7 * DAY },
      parseSha256(createHash('sha256').update(secret).digest('hex')),
    );
    return `${this.test.cloud.apiUrl}/enrol/${secret}/profile`;
  }

  async profile(url?: string): Promise<Profile> {
    return decodeEnrolmentProfile(decodePlist(await bytesOf(url ?? await this.invited())));
  }

  /** Certificates of GetCACert, and their content type. */
  async authorities(message?: string): Promise<{ readonly type: string; readonly certificates: readonly X509Certificate[] }> {
    const response = await fetch(`${this.test.cloud.apiUrl}/scep?operation=GetCACert${message === undefined ? '' : `&message=${message}`}`);
    const [type, bytes] = [response.headers.get('content-type') ?? '', Buffer.from(await response.arrayBuffer())];
    return { type, certificates: type === 'application/x-x509-ca-cert' ? [new X509Certificate(bytes)] : certificatesInSignedData(bytes) };
  }

  /** A request for a key of its own, with a profile's challenge, ready to be sent. */
  async request(profile: Profile, parts: Parameters<typeof enrolmentRequest>[2] = {}): Promise<{ readonly message: Buffer; readonly pair: KeyPair }> {
    const [authority] = (await this.authorities(profile.authorityName)).certificates;
    if (authority === undefined) throw new Error('There is no authority.');
    const { message, pair } = enrolmentRequest(authority, this.now(), { pair: rsa(), ...parts, request: { challenge: profile.challenge, ...parts.request } });
    return { message, pair };
  }

  async send({ message, pair }: { readonly message: Buffer; readonly pair: KeyPair }, how: 'post' | 'get' | 'post without body' = 'post'): Promise<ScepAnswer> {
    const url = `${this.test.cloud.apiUrl}/scep?operation=PKIOperation`;
    const inUrl = `${url}&message=${encodeURIComponent(message.toString('base64'))}`;
    const response = how === 'get' ? await fetch(inUrl) : how === 'post' ? await fetch(url, { method: 'POST', body: new Uint8Array(message), headers: { 'content-type': 'application/octet-stream' } }) : await fetch(inUrl, { method: 'POST' });
    const bytes = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200) return { http: response.status, status: '', failInfo: undefined, digest: '', cipher: undefined, granted: undefined };
    return { http: 200, ...readAnswer(bytes, pair.privateKey) };
  }

  /** How many items each kind has in the table of devices. */
  async items(): Promise<Readonly<Record<string, number>>> {
    const counts: Record<string, number> = {};
    for await (const { Items = [] } of paginateScan({ client: this.document }, { TableName: this.test.name('AWS::DynamoDB::Table', 'TablesDevices') })) {
      for (const { sk } of Items) {
        const kind = String(sk).split('#')[0] ?? '';
        counts[kind] = (counts[kind] ?? 0) + 1;
      }
    }
    return counts;
  }

  /** Sets a field of an enrolment by the developer's hand. */
  async setEnrolment(id: string, name: string, value: unknown): Promise<void> {
    await this.document.send(new UpdateCommand({
      TableName: this.test.name('AWS::DynamoDB::Table', 'TablesDevices'), Key: { pk: `enrolment#${id}`, sk: 'enrolment' }, UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name }, ExpressionAttributeValues: { ':value': value },
    }));
  }

  /** The secret of the authority, as it lies there. */
  async authoritySecret(): Promise<unknown> {
    const { SecretString = '{}' } = await new SecretsManagerClient(this.#config()).send(new GetSecretValueCommand({ SecretId: this.test.name('AWS::SecretsManager::Secret', 'SecretsAuthority') }));
    return JSON.parse(SecretString);
  }

  /** The function starts cold at its next invocation. */
  async recycle(beginning: string): Promise<void> {
    await this.test.cloud.functions.recycle(this.test.name('AWS::Lambda::Function', beginning));
  }
}

export async function bytesOf(url: string): Promise<Buffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The answer was ${response.status}.`);
  return Buffer.from(await response.arrayBuffer());
}
