import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../../local/aws/service.ts';
import { createSts } from '../../../local/sts/service.ts';
import { account, region, role, startRig, type Rig } from './rig.ts';

/** SHA-256 in the form that the SDK's signer takes. */
class Sha256 {
  readonly #hash: { update(data: Uint8Array | string): unknown; digest(): Uint8Array };
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', typeof secret === 'string' ? secret : Buffer.from(secret as Uint8Array));
  }
  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {
    throw new Error('A digest is used once.');
  }
}

let rig: Rig;
beforeAll(async () => {
  rig = await startRig(() => [createSts(account)]);
});
afterAll(async () => {
  await rig.port.close();
});

async function ask(who: Principal, action: string): Promise<string> {
  const { accessKeyId, secretAccessKey, sessionToken } = who;
  const signer = new SignatureV4({ service: 'sts', region, sha256: Sha256, credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } });
  const url = new URL(rig.port.url);
  const body = `Action=${action}&Version=2011-06-15`;
  const signed = await signer.sign({
    method: 'POST', protocol: 'http:', hostname: url.hostname, port: Number(url.port), path: '/', query: {}, body,
    headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded' },
  }, { signingDate: new Date(rig.clock.now()) });
  const answer = await fetch(rig.port.url, { method: 'POST', headers: signed.headers, body });
  return answer.text();
}

describe('GetCallerIdentity', () => {
  it('says who the keys belong to, whatever they may do', async () => {
    expect(await ask(rig.root, 'GetCallerIdentity')).toContain('<Arn>arn:aws:iam::000000000000:root</Arn>');
    expect(await ask(role(rig, 'turn-role'), 'GetCallerIdentity')).toContain('<Arn>arn:aws:sts::000000000000:assumed-role/turn-role/local</Arn>');
  });

  it('is the only operation', async () => {
    expect(await ask(rig.root, 'AssumeRole')).toContain('<Code>InvalidAction</Code>');
  });
});
