import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ObjectStore, type StoredObject } from '../../../local/s3/objects.ts';
import { UploadStore } from '../../../local/s3/uploads.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'wavecast-crash-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const description: Omit<StoredObject, 'segments'> = {
  key: 'a', size: 3, etag: 'e', modifiedAt: 0, contentType: 'text/plain', headers: {}, metadata: {}, checksum: { algorithm: 'CRC32', value: 'AAAAAA==', type: 'FULL_OBJECT' },
};
const open = (): ObjectStore => new ObjectStore(root, ['packages']);
const data = (): string => join(root, 'buckets', 'packages', 'data');

function stored(store: ObjectStore): StoredObject {
  const path = join(store.incoming, 'received');
  writeFileSync(path, 'abc');
  return store.commit('packages', description, [{ path, size: 3 }], () => undefined);
}

describe('a store whose process was killed', () => {
  it('while bytes came in: forgets them', () => {
    writeFileSync(join(open().incoming, 'half'), 'x');
    expect(readdirSync(open().incoming)).toEqual([]);
  });

  it('between data and commit: has the old object and no stray data', () => {
    const before = stored(open());
    writeFileSync(join(data(), 'linked-not-committed'), 'x');
    writeFileSync(join(root, 'buckets', 'packages', 'objects', 'f.json.new'), '{"key":"a"');
    const after = open();
    expect(after.find('packages', 'a')).toEqual(before);
    expect(readdirSync(data())).toEqual(before.segments.map(({ file }) => file));
    expect(readdirSync(join(root, 'buckets', 'packages', 'objects'))).toHaveLength(1);
  });

  it('between commit and clearing up: has the new object and no old data', () => {
    const store = open();
    const first = stored(store);
    const unpin = store.pin('packages', first);
    const second = stored(store);
    expect(readdirSync(data())).toHaveLength(2);
    const after = open();
    expect(after.find('packages', 'a')).toEqual(second);
    expect(readdirSync(data())).toEqual(second.segments.map(({ file }) => file));
    unpin();
  });

  it('in the middle of an upload: has the parts that were acknowledged, and nothing of one being removed', () => {
    const uploads = new UploadStore(root);
    const upload = uploads.start({ bucket: 'packages', startedAt: 0, checksumAlgorithm: 'CRC64NVME', checksumType: 'FULL_OBJECT', checksumChosen: false, object: description });
    const folder = join(root, 'uploads', upload.id);
    writeFileSync(join(root, 'received'), 'abc');
    uploads.putPart(upload, { number: 1, size: 3, md5: 'm', checksum: 'c', modifiedAt: 0 }, join(root, 'received'));
    writeFileSync(join(folder, 'moved-not-named'), 'x');
    writeFileSync(join(folder, '2.json.new'), '{"number":2');
    mkdirSync(join(root, 'uploads', 'being-removed'));
    writeFileSync(join(root, 'uploads', 'being-removed', 'part'), 'x');
    const after = new UploadStore(root);
    expect(after.parts(after.find(upload.id, 'packages', 'a')).map(({ number }) => number)).toEqual([1]);
    expect(readdirSync(folder)).toHaveLength(3);
    expect(existsSync(join(root, 'uploads', 'being-removed'))).toBe(false);
  });
});
