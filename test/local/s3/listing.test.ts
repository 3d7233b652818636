import { ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectPage } from '../../../local/s3/listing.ts';
import { bucket, startS3, type S3Rig } from './s3-rig.ts';

/** Every entry of the listing, by walking all keys: what the pages together must be. */
function entries(keys: readonly string[], prefix: string, delimiter: string): string[] {
  const found = keys.filter((key) => key.startsWith(prefix)).map((key) => {
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    return at < 0 ? `key ${key}` : `prefix ${key.slice(0, at + 1)}`;
  });
  return [...new Set(found)];
}

describe('the pages of a listing', () => {
  it('hold every key and common prefix once, whatever the page size', () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é'), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 30 }), fc.constantFrom('', 'a', 'a/', 'b/a'), fc.constantFrom('', '/'), fc.integer({ min: 1, max: 7 }), (keys, prefix, delimiter, maxKeys) => {
        const sorted = keys.toSorted();
        const seen: string[] = [];
        let after: string | undefined = '';
        for (let pages = 0; after !== undefined; pages += 1) {
          const page = selectPage(sorted, { prefix, delimiter, after, maxKeys });
          expect(page.keys.length + page.commonPrefixes.length).toBeLessThanOrEqual(maxKeys);
          expect(pages).toBeLessThanOrEqual(sorted.length);
          seen.push(...page.keys.map((one) => `key ${one}`), ...page.commonPrefixes.map((one) => `prefix ${one}`));
          after = page.next;
        }
        expect(seen.toSorted()).toEqual(entries(sorted, prefix, delimiter).toSorted());
      }),
    );
  });
});

describe('ListObjectsV2', () => {
  let rig: S3Rig;
  let client: S3Client;
  beforeAll(async () => {
    rig = await startS3();
    client = rig.client();
    for (const Key of ['a.txt', 'dir/1', 'dir/2', 'dir/sub/3', 'odd/<&> ü\n']) await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
  });
  afterAll(async () => {
    await rig.dispose();
  });
  const list = (input: Partial<ListObjectsV2Command['input']> = {}) => client.send(new ListObjectsV2Command({ Bucket: bucket, ...input }));

  it('names all objects with size and ETag', async () => {
    const listed = await list();
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(['a.txt', 'dir/1', 'dir/2', 'dir/sub/3', 'odd/<&> ü\n']);
    expect(listed).toMatchObject({ KeyCount: 5, IsTruncated: false });
    expect(listed.Contents?.[0]).toMatchObject({ Size: 5, ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/) as string });
  });

  it('groups by a delimiter under a prefix', async () => {
    const listed = await list({ Prefix: 'dir/', Delimiter: '/' });
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(['dir/1', 'dir/2']);
    expect(listed.CommonPrefixes).toEqual([{ Prefix: 'dir/sub/' }]);
  });

  it('goes on from page to page', async () => {
    const one = await list({ MaxKeys: 2 });
    const two = await list({ MaxKeys: 2, ContinuationToken: one.NextContinuationToken });
    expect([one.IsTruncated, two.Contents?.map(({ Key }) => Key)]).toEqual([true, ['dir/2', 'dir/sub/3']]);
  });

  it('starts behind a key, and encodes keys when asked to', async () => {
    const listed = await list({ StartAfter: 'dir/sub/3', EncodingType: 'url' });
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(['odd/%3C%26%3E%20%C3%BC%0A']);
  });
});
