/**
 * The AWS CLI against the port, where there is one. Its signer, its payload forms and its XML parser are not the
 * JavaScript SDK's: what both accept is the protocol and no accident.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3 } from '../../../local/s3/service.ts';
import { createSecrets } from '../../../local/secrets/service.ts';
import { createSts } from '../../../local/sts/service.ts';
import { someBytes } from '../s3/s3-rig.ts';
import { account, region, startRig, type Rig } from './rig.ts';

const installed = (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'aws')));

describe.runIf(installed)('the AWS CLI', () => {
  let rig: Rig;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wavecast-cli-'));
    // Version 1 still presigns by Signature Version 2 unless told.
    writeFileSync(join(folder, 'config'), '[default]\ns3 =\n  signature_version = s3v4\n');
    rig = await startRig((clock) => [
      createS3({ folder: join(folder, 's3'), clock, buckets: [{ name: 'packages' }] }).service,
      createSecrets({ folder: undefined, clock, region, account }).service,
      createSts(account),
    ]);
  });
  afterAll(async () => {
    await rig.port.close();
    rmSync(folder, { recursive: true });
  });

  const aws = async (...words: readonly string[]): Promise<string> => {
    const { accessKeyId, secretAccessKey } = rig.root;
    const env = {
      PATH: process.env['PATH'], HOME: folder, AWS_CONFIG_FILE: join(folder, 'config'), AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: region, AWS_DEFAULT_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true', AWS_PAGER: '', AWS_MAX_ATTEMPTS: '1', NO_PROXY: '127.0.0.1',
    };
    const { stdout } = await promisify(execFile)('aws', ['--endpoint-url', rig.port.url, '--output', 'json', ...words], { env });
    return stdout;
  };

  it('knows who it is', async () => {
    expect(JSON.parse(await aws('sts', 'get-caller-identity'))).toMatchObject({ Account: account, Arn: 'arn:aws:iam::000000000000:root' });
  });

  it('copies a tree of files with odd names up, in parts where large, and down again', async () => {
    const up = join(folder, 'up');
    const down = join(folder, 'down');
    mkdirSync(join(up, 'a b'), { recursive: true });
    const files: readonly (readonly [string, Buffer])[] = [['large.ipa', someBytes(20_000_003)], ['a b/small+é&.txt', Buffer.from('small')], ['empty', Buffer.alloc(0)]];
    for (const [name, bytes] of files) writeFileSync(join(up, name), bytes);
    await aws('s3', 'cp', '--recursive', '--only-show-errors', up, 's3://packages/tree');
    const listed = await aws('s3', 'ls', '--recursive', 's3://packages/');
    expect(listed).toMatch(/20000003 tree\/large\.ipa/);
    await aws('s3', 'cp', '--recursive', '--only-show-errors', 's3://packages/tree', down);
    for (const [name, bytes] of files) expect(readFileSync(join(down, name)).equals(bytes)).toBe(true);
    await aws('s3', 'cp', '--only-show-errors', 's3://packages/tree/large.ipa', 's3://packages/copy.ipa');
    expect(JSON.parse(await aws('s3api', 'head-object', '--bucket', 'packages', '--key', 'copy.ipa'))).toMatchObject({ ContentLength: 20_000_003 });
    await aws('s3', 'rm', '--recursive', '--only-show-errors', 's3://packages/tree');
    expect(JSON.parse(await aws('s3api', 'list-objects-v2', '--bucket', 'packages'))).toMatchObject({ Contents: [{ Key: 'copy.ipa' }] });
  });

  it('presigns', async () => {
    writeFileSync(join(folder, 'one'), 'presigned');
    await aws('s3', 'cp', '--only-show-errors', join(folder, 'one'), 's3://packages/one');
    const url = (await aws('s3', 'presign', 's3://packages/one', '--expires-in', '60')).trim();
    expect(await (await fetch(url)).text()).toBe('presigned');
  });

  it('names errors as AWS does', async () => {
    await expect(aws('s3api', 'get-object', '--bucket', 'packages', '--key', 'nothing', join(folder, 'none'))).rejects.toThrow('(NoSuchKey)');
  });

  it('keeps secrets', async () => {
    await aws('secretsmanager', 'create-secret', '--name', 'push', '--secret-string', 'one');
    await aws('secretsmanager', 'put-secret-value', '--secret-id', 'push', '--secret-string', 'two');
    expect(JSON.parse(await aws('secretsmanager', 'get-secret-value', '--secret-id', 'push'))).toMatchObject({ SecretString: 'two' });
  });
});
