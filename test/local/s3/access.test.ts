import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CopyObjectCommand, CreateMultipartUploadCommand, DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand,
  HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client, UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corsRules } from '../../../local/s3/cors.ts';
import { allow, clientSettings, rejection, role } from '../aws/rig.ts';
import { bucket, startS3, type S3Rig } from './s3-rig.ts';

const arn = (path: string): string => `arn:aws:s3:::${path}`;
const page = 'https://console.example';
let rig: S3Rig;

beforeAll(async () => {
  rig = await startS3([{ AllowedOrigins: [page], AllowedMethods: ['PUT', 'GET'], AllowedHeaders: ['*'], ExposedHeaders: ['ETag'], MaxAge: 300 }]);
  for (const Key of ['in/a', 'out/b']) await rig.client().send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
});
afterAll(async () => {
  await rig.dispose();
});

describe('a role', () => {
  it('may do what its policy says, and reads and writes need their own actions', async () => {
    const reader = rig.client(role(rig, 'reader', allow('s3:GetObject', arn(`${bucket}/in/*`)), allow('s3:ListBucket', arn(bucket))));
    await reader.send(new HeadObjectCommand({ Bucket: bucket, Key: 'in/a' }));
    expect((await rejection(reader.send(new GetObjectCommand({ Bucket: bucket, Key: 'out/b' })))).name).toBe('AccessDenied');
    const refused = await rejection(reader.send(new PutObjectCommand({ Bucket: bucket, Key: 'in/a', Body: 'x' })));
    expect(refused).toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    expect(refused.message).toContain('s3:PutObject on resource: arn:aws:s3:::packages/in/a');
  });

  it('that may not list the bucket does not learn that a key is absent', async () => {
    const blind = rig.client(role(rig, 'blind', allow('s3:GetObject', arn(`${bucket}/*`))));
    const sighted = rig.client(role(rig, 'sighted', allow('s3:GetObject', arn(`${bucket}/*`)), allow('s3:ListBucket', arn(bucket))));
    expect((await rejection(blind.send(new GetObjectCommand({ Bucket: bucket, Key: 'nothing' })))).name).toBe('AccessDenied');
    expect((await rejection(sighted.send(new GetObjectCommand({ Bucket: bucket, Key: 'nothing' })))).name).toBe('NoSuchKey');
  });

  it('that may put may upload in parts, and aborts by an action of its own', async () => {
    const writer = rig.client(role(rig, 'writer', allow('s3:PutObject', arn(`${bucket}/*`))));
    const { UploadId } = await writer.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'in/parts' }));
    const { ETag, ChecksumCRC32 } = await writer.send(new UploadPartCommand({ Bucket: bucket, Key: 'in/parts', UploadId, PartNumber: 1, Body: 'x' }));
    expect((await rejection(writer.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: 'in/parts', UploadId })))).message).toContain('s3:AbortMultipartUpload');
    await writer.send(new CompleteMultipartUploadCommand({ Bucket: bucket, Key: 'in/parts', UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] } }));
  });

  it('that copies needs to read the source and to write the target', async () => {
    const copy = new CopyObjectCommand({ Bucket: bucket, Key: 'copy', CopySource: `${bucket}/in/a` });
    const onlyWrites = rig.client(role(rig, 'only-writes', allow('s3:PutObject', arn(`${bucket}/*`))));
    const onlyReads = rig.client(role(rig, 'only-reads', allow('s3:GetObject', arn(`${bucket}/*`))));
    expect((await rejection(onlyWrites.send(copy))).message).toContain('s3:GetObject');
    expect((await rejection(onlyReads.send(copy))).message).toContain('s3:PutObject');
  });

  it('lists under the prefix that a condition allows', async () => {
    const lister = rig.client(role(rig, 'lister', allow('s3:ListBucket', arn(bucket), { StringLike: { 's3:prefix': 'in/*' } })));
    expect((await lister.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'in/a' }))).KeyCount).toBe(1);
    expect((await rejection(lister.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'out/' })))).name).toBe('AccessDenied');
    expect((await rejection(lister.send(new ListObjectsV2Command({ Bucket: bucket })))).name).toBe('AccessDenied');
  });

  it('deletes the keys it may of several, and hears of the others', async () => {
    const deleter = rig.client(role(rig, 'deleter', allow('s3:DeleteObject', arn(`${bucket}/gone/*`))));
    const { Deleted, Errors } = await deleter.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: 'gone/1' }, { Key: 'in/a' }] } }));
    expect([Deleted?.map(({ Key }) => Key), Errors?.map(({ Key, Code }) => [Key, Code])]).toEqual([['gone/1'], [['in/a', 'AccessDenied']]]);
    expect((await rejection(deleter.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'in/a' })))).name).toBe('AccessDenied');
  });

  it('is recorded using what it used', async () => {
    const user = role(rig, 'user', allow(['s3:GetObject', 's3:DeleteObject'], arn(`${bucket}/*`)));
    await (await rig.client(user).send(new GetObjectCommand({ Bucket: bucket, Key: 'in/a' }))).Body?.transformToString();
    expect(rig.usage.grantedButUnused([user])).toEqual([{ principal: 'user', action: 's3:DeleteObject', resource: arn(`${bucket}/*`) }]);
  });
});

describe('a presigned URL', () => {
  // As an application that hands URLs to browsers must sign: no checksum of the empty body it has at signing.
  const signer = () => new S3Client({ ...clientSettings(rig), forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' });
  const signed = (command: GetObjectCommand | PutObjectCommand, expiresIn = 60) => getSignedUrl(signer(), command, { expiresIn, signingDate: new Date(rig.clock.now()) });

  it('gets, with the headers that were signed into it', async () => {
    const url = await signed(new GetObjectCommand({ Bucket: bucket, Key: 'in/a', ResponseContentDisposition: 'attachment; filename="a.ipa"' }));
    const answer = await fetch(url);
    expect(await answer.text()).toBe('in/a');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="a.ipa"');
    expect((await fetch(url, { headers: { range: 'bytes=0-1' } })).status).toBe(206);
  });

  it('puts, with metadata', async () => {
    const url = await signed(new PutObjectCommand({ Bucket: bucket, Key: 'put/é', Metadata: { by: 'browser' } }));
    expect((await fetch(url, { method: 'PUT', body: 'from a browser' })).status).toBe(200);
    const stored = await rig.client().send(new GetObjectCommand({ Bucket: bucket, Key: 'put/é' }));
    expect([await stored.Body?.transformToString(), stored.Metadata]).toEqual(['from a browser', { by: 'browser' }]);
  });

  it('uploads parts', async () => {
    const { UploadId } = await signer().send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'put/parts' }));
    const url = await getSignedUrl(signer(), new UploadPartCommand({ Bucket: bucket, Key: 'put/parts', UploadId, PartNumber: 1 }), { expiresIn: 60 });
    const ETag = (await fetch(url, { method: 'PUT', body: 'part' })).headers.get('etag') ?? '';
    await signer().send(new CompleteMultipartUploadCommand({ Bucket: bucket, Key: 'put/parts', UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }));
    expect((await rig.client().send(new HeadObjectCommand({ Bucket: bucket, Key: 'put/parts' }))).ContentLength).toBe(4);
  });

  it('is refused when anything of it is changed', async () => {
    const url = await signed(new GetObjectCommand({ Bucket: bucket, Key: 'in/a' }));
    for (const changed of [url.replace('in/a', 'out/b'), url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'), `${url}&response-content-type=text%2Fhtml`]) {
      const answer = await fetch(changed);
      expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')]);
    }
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
  });

  it('ends on the local clock', async () => {
    const url = await signed(new GetObjectCommand({ Bucket: bucket, Key: 'in/a' }), 60);
    rig.clock.advance(59_000);
    expect((await fetch(url)).status).toBe(200);
    rig.clock.advance(2_000);
    const late = await fetch(url);
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
    rig.clock.advance(-61_000);
  });

  it('may do no more than who signed it', async () => {
    const nobody = new S3Client({ ...clientSettings(rig, role(rig, 'nobody')), forcePathStyle: true });
    const answer = await fetch(await getSignedUrl(nobody, new GetObjectCommand({ Bucket: bucket, Key: 'in/a' })));
    expect(answer.status).toBe(403);
  });
});

describe('a browser of another origin', () => {
  const preflight = (origin: string, method: string, headers = 'content-type,x-amz-meta-a') =>
    fetch(`${rig.port.url}/${bucket}/in/a`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers } });

  it('is let in by the bucket’s rules', async () => {
    const answer = await preflight(page, 'PUT');
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': page, 'access-control-allow-methods': 'PUT, GET', 'access-control-allow-headers': 'content-type, x-amz-meta-a', 'access-control-max-age': '300', 'access-control-expose-headers': 'ETag',
    });
  });

  it('is let in by what the template says of the bucket', () => {
    const rule = { AllowedOrigins: [page], AllowedMethods: ['PUT'], AllowedHeaders: ['*'], ExposedHeaders: ['ETag'], MaxAge: 3600 };
    expect(corsRules({ BucketName: bucket, CorsConfiguration: { CorsRules: [rule] } })).toEqual([rule]);
    expect(corsRules({ BucketName: bucket })).toEqual([]);
    expect(() => corsRules({ CorsConfiguration: { CorsRules: [{ AllowedMethods: ['PUT'] }] } })).toThrow('AllowedOrigins');
  });

  it('may ask whether it may send to a presigned address, whose signature is for the sending alone', async () => {
    const url = await getSignedUrl(rig.client(), new PutObjectCommand({ Bucket: bucket, Key: 'in/a' }));
    const answer = await fetch(url, { method: 'OPTIONS', headers: { origin: page, 'access-control-request-method': 'PUT' } });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, page]);
  });

  it('is kept out by them', async () => {
    expect((await preflight('https://elsewhere.example', 'PUT')).status).toBe(403);
    expect((await preflight(page, 'DELETE')).status).toBe(403);
  });

  it('may read answers and errors alike', async () => {
    const url = await getSignedUrl(rig.client(), new GetObjectCommand({ Bucket: bucket, Key: 'nothing' }));
    const refused = await fetch(url, { headers: { origin: page } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([404, page]);
    expect((await fetch(url, { headers: { origin: 'https://elsewhere.example' } })).headers.get('access-control-allow-origin')).toBeNull();
  });
});
