import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { uploadFile, type SentPart, type UploadServer } from '../../cli/upload.ts';
import type { World } from '../../cli/world.ts';
import { serve } from './support/server.ts';
import { temporaryFolder, testWorld } from './support/world.ts';

const PART = 64 * 1024;

interface Storage {
  readonly server: UploadServer<{ readonly digest: string }>;
  /** Part numbers in the order in which they arrived whole. */
  readonly received: number[];
  readonly begun: string[];
  /** Status to answer a part with, instead of taking it. */
  refuse: (partNumber: number, uploadId: string) => number | undefined;
  mostAtOnce: number;
}

/** Stands for the server and its storage: parts are kept by upload. */
async function startStorage(): Promise<Storage> {
  const uploads = new Map<string, Map<number, Buffer>>();
  let now = 0;
  const storage: Storage = {
    received: [], begun: [], refuse: () => undefined, mostAtOnce: 0,
    server: {
      url: 'https://api.example.com',
      begin: (_, size) => {
        const uploadId = `upload-${storage.begun.length + 1}`;
        storage.begun.push(uploadId);
        uploads.set(uploadId, new Map());
        return Promise.resolve({ uploadId, partSize: PART, parts: Array.from({ length: Math.ceil(size / PART) }, (_, index) => ({ partNumber: index + 1, url: `${address}/${uploadId}/${index + 1}` })) });
      },
      complete: (uploadId, parts: readonly SentPart[]) => {
        const held = uploads.get(uploadId);
        const hash = createHash('sha256');
        parts.forEach(({ partNumber, etag }, index) => {
          expect({ partNumber, etag }).toEqual({ partNumber: index + 1, etag: `"${partNumber}"` });
          hash.update(held?.get(partNumber) ?? '');
        });
        return Promise.resolve({ digest: hash.digest('hex') });
      },
    },
  };
  const address = await serve(async ({ method, path, headers, text }) => {
    const [, uploadId = '', number = ''] = path.split('/');
    const partNumber = Number(number);
    expect({ method, transfer: headers['transfer-encoding'], length: Number(headers['content-length']) }).toEqual({ method: 'PUT', transfer: undefined, length: text.length });
    const status = storage.refuse(partNumber, uploadId);
    if (status !== undefined) return { status };
    now += 1;
    storage.mostAtOnce = Math.max(storage.mostAtOnce, now);
    await new Promise((resolve) => { setTimeout(resolve, 5); });
    now -= 1;
    uploads.get(uploadId)?.set(partNumber, Buffer.from(text, 'latin1'));
    storage.received.push(partNumber);
    return { headers: { etag: `"${partNumber}"` } };
  });
  return storage;
}

function sampleFile(size: number): { readonly path: string; readonly digest: string } {
  const path = join(temporaryFolder(), 'Fieldwork.ipa');
  const bytes = randomBytes(size);
  writeFileSync(path, bytes);
  return { path, digest: createHash('sha256').update(bytes).digest('hex') };
}

interface Sent {
  readonly progress: number[];
  readonly resumed: number[];
}

async function send(world: World, storage: Storage, path: string, sent: Sent = { progress: [], resumed: [] }): Promise<{ readonly digest: string }> {
  return uploadFile(world, storage.server, { path, fileName: 'Fieldwork.ipa', onProgress: (bytes) => { sent.progress.push(bytes); }, onResume: (bytes) => { sent.resumed.push(bytes); } });
}

describe('sending a file in parts', () => {
  it('puts every byte where it belongs, several parts at a time, and counts them', async () => {
    const storage = await startStorage();
    const { path, digest } = sampleFile(10 * PART + 17);
    const sent: Sent = { progress: [], resumed: [] };
    expect(await send(testWorld(), storage, path, sent)).toEqual({ digest });
    expect(storage.received).toHaveLength(11);
    expect(storage.mostAtOnce).toBeGreaterThan(1);
    expect(storage.mostAtOnce).toBeLessThanOrEqual(4);
    expect(sent.progress.at(-1)).toBe(10 * PART + 17);
    expect(sent.resumed).toEqual([]);
  });

  it('goes on where it stopped: what has arrived is not sent again', async () => {
    const storage = await startStorage();
    const { path, digest } = sampleFile(9 * PART);
    const world = testWorld();
    storage.refuse = (part) => (part >= 6 ? 500 : undefined);
    await expect(send(world, storage, path)).rejects.toMatchObject({ code: 'failed', remedy: expect.stringContaining('goes on where it stopped') as string });
    const before = [...storage.received];
    storage.refuse = () => undefined;
    const sent: Sent = { progress: [], resumed: [] };
    expect(await send(world, storage, path, sent)).toEqual({ digest });
    expect(before.length).toBeGreaterThan(0);
    expect(sent.resumed).toEqual([before.length * PART]);
    // A part that was cut off by the first failure may arrive late, a second time.
    expect([...new Set(storage.received.slice(before.length))].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].filter((part) => !before.includes(part)));
    expect(storage.begun).toEqual(['upload-1']);
  });

  it('tries a part again that a passing fault has hit', async () => {
    const storage = await startStorage();
    const { path, digest } = sampleFile(3 * PART);
    let faults = 2;
    storage.refuse = (part) => (part === 2 && faults-- > 0 ? 503 : undefined);
    const sent: Sent = { progress: [], resumed: [] };
    expect(await send(testWorld(), storage, path, sent)).toEqual({ digest });
    expect(sent.progress.at(-1)).toBe(3 * PART);
  });

  it('begins anew where the former upload\'s links have ended', async () => {
    const storage = await startStorage();
    const { path, digest } = sampleFile(5 * PART);
    const world = testWorld();
    storage.refuse = (part) => (part === 5 ? 500 : undefined);
    await expect(send(world, storage, path)).rejects.toThrow();
    storage.refuse = (_, uploadId) => (uploadId === 'upload-1' ? 403 : undefined);
    expect(await send(world, storage, path)).toEqual({ digest });
    expect(storage.begun).toEqual(['upload-1', 'upload-2']);
  });

  it('takes a file that has changed since for another one', async () => {
    const storage = await startStorage();
    const { path } = sampleFile(5 * PART);
    const world = testWorld();
    storage.refuse = (part) => (part === 5 ? 500 : undefined);
    await expect(send(world, storage, path)).rejects.toThrow();
    appendFileSync(path, 'more');
    storage.refuse = () => undefined;
    const sent: Sent = { progress: [], resumed: [] };
    await send(world, storage, path, sent);
    expect(sent.resumed).toEqual([]);
    expect(storage.begun).toHaveLength(2);
  });

  it('refuses to complete a file that changes while it is sent', async () => {
    const storage = await startStorage();
    const { path } = sampleFile(3 * PART);
    storage.refuse = (part) => {
      if (part === 3) appendFileSync(path, 'more');
      return undefined;
    };
    await expect(send(testWorld(), storage, path)).rejects.toThrow(/changed while it was sent/);
  });

  it('remembers links in a file for its owner only, and nothing once it is done', async () => {
    const storage = await startStorage();
    const { path } = sampleFile(5 * PART);
    const world = testWorld();
    storage.refuse = (part) => (part === 5 ? 500 : undefined);
    await expect(send(world, storage, path)).rejects.toThrow();
    const folder = join(world.configFolder, 'uploads');
    const [kept = ''] = readdirSync(folder);
    expect(statSync(join(folder, kept)).mode & 0o777).toBe(0o600);
    storage.refuse = () => undefined;
    await send(world, storage, path);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([['a file that is not there', () => join(temporaryFolder(), 'none.ipa')], ['a folder', () => temporaryFolder()], ['an empty file', () => sampleFile(0).path]])('takes %s for wrong usage', async (_, path) => {
    const storage = await startStorage();
    await expect(send(testWorld(), storage, path())).rejects.toMatchObject({ exitCode: 2 });
    expect(storage.begun).toEqual([]);
  });
});
