import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiFailure } from '../../console/api/failure.ts';
import { placeFile, type Placing } from '../../console/pages/register/upload/place-file.ts';
import { PartRefused, type PartSender, type Progress } from '../../console/pages/register/upload/send-parts.ts';
import { speedOf, withSample, type Sample } from '../../console/pages/register/upload/speed.ts';
import { arrived, rangeOf, uploadMemory, type UploadMemory } from '../../console/pages/register/upload/upload-state.ts';

const PART = 10;
const file = { name: 'Fieldwork.ipa', size: 45, lastModified: 7 };

function storage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => { kept.set(key, value); }, removeItem: (key) => { kept.delete(key); } };
}

/** A communication server that answers each try of a part as `answers` says, and with what it has got. */
class Server {
  readonly puts: string[] = [];
  readonly completed: { readonly id: string; readonly parts: readonly { readonly partNumber: number; readonly etag: string }[] }[] = [];
  begun = 0;
  /** By part and try, from 1: an error instead of an answer. */
  fault: (partNumber: number, tries: number) => Error | undefined = () => undefined;
  refuseCompletion: ApiFailure | undefined = undefined;
  readonly #tries = new Map<string, number>();

  readonly sender: PartSender = {
    put: async (url, from, to, sent) => {
      await Promise.resolve();
      const partNumber = Number(url.split('/').at(-1));
      const tries = (this.#tries.get(url) ?? 0) + 1;
      this.#tries.set(url, tries);
      sent(Math.floor((to - from) / 2));
      const fault = this.fault(partNumber, tries);
      if (fault !== undefined) throw fault;
      this.puts.push(`${url} ${from}-${to}`);
      return `etag-${partNumber}`;
    },
    wait: () => Promise.resolve(),
  };

  readonly api = {
    call: (name: string, asked: { readonly id?: string; readonly body?: unknown }): Promise<never> => {
      if (name === 'beginUpload') {
        this.begun += 1;
        return Promise.resolve({ uploadId: `upload-${this.begun}`, partSize: PART, parts: [1, 2, 3, 4, 5].map((partNumber) => ({ partNumber, url: `${this.begun}/${partNumber}` })) } as never);
      }
      const failure = this.refuseCompletion;
      this.refuseCompletion = undefined;
      if (failure !== undefined) return Promise.reject(failure);
      this.completed.push({ id: asked.id ?? '', parts: (asked.body as { readonly parts: [] }).parts });
      return Promise.resolve({ fileName: 'x' } as never);
    },
  };
}

function placing(server: Server, memory: UploadMemory = uploadMemory(storage()), signal = new AbortController().signal): Placing & { readonly seen: Progress[] } {
  const seen: Progress[] = [];
  return { api: server.api as Placing['api'], memory, sender: server.sender, progress: (now) => { seen.push(now); }, signal, seen };
}
const parts = [1, 2, 3, 4, 5].map((partNumber) => ({ partNumber, etag: `etag-${partNumber}` }));

describe('a file that is placed from the browser', () => {
  it('is sent in its parts, each once, and put together in their order', async () => {
    const server = new Server();
    const scene = placing(server);
    await placeFile(scene, file, 'F.ipa');
    expect(server.puts.toSorted()).toEqual(['1/1 0-10', '1/2 10-20', '1/3 20-30', '1/4 30-40', '1/5 40-45']);
    expect(server.completed).toEqual([{ id: 'upload-1', parts }]);
    expect([scene.seen[0], scene.seen.at(-1)]).toEqual([{ sent: 0, waiting: false }, { sent: 45, waiting: false }]);
    expect(scene.memory.recall()).toBeUndefined();
  });

  it('waits for a connection that is lost, says so, and sends no part again that has arrived', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(3), { minLength: 5, maxLength: 5 }), async (losses) => {
      const server = new Server();
      server.fault = (partNumber, tries) => (tries <= (losses[partNumber - 1] ?? 0) ? new Error('network') : undefined);
      const scene = placing(server);
      await placeFile(scene, file, 'F.ipa');
      expect(server.puts).toHaveLength(5);
      expect(server.completed).toEqual([{ id: 'upload-1', parts }]);
      expect(scene.seen.some(({ waiting }) => waiting)).toBe(losses.some((count) => count > 0));
      expect(scene.seen.at(-1)).toEqual({ sent: 45, waiting: false });
    }));
  });

  it('goes on after a reload where it stopped', async () => {
    const kept = storage();
    const [server, page] = [new Server(), new AbortController()];
    server.fault = (partNumber) => {
      if (partNumber < 4) return undefined;
      page.abort();
      return new Error('gone');
    };
    await expect(placeFile(placing(server, uploadMemory(kept), page.signal), file, 'F.ipa')).rejects.toThrow();
    const before = server.puts.length;
    expect(before).toBeGreaterThan(0);
    expect(arrived(uploadMemory(kept).recall() ?? expect.fail('It is not kept.'))).toBe(before * PART);
    server.fault = () => undefined;
    const scene = placing(server, uploadMemory(kept));
    await placeFile(scene, file, 'F.ipa');
    expect([server.begun, server.puts.length, scene.seen[0]?.sent]).toEqual([1, 5, before * PART]);
    expect(server.completed).toEqual([{ id: 'upload-1', parts }]);
  });

  it.each([['another size', { ...file, size: 44 }, 'F.ipa'], ['another time', { ...file, lastModified: 8 }, 'F.ipa'], ['another name', file, 'G.ipa']])('begins anew for a file of %s', async (_, other, name) => {
    const memory = uploadMemory(storage());
    memory.keep({ fileName: 'F.ipa', name: file.name, size: file.size, modifiedAt: file.lastModified, uploadId: 'old', partSize: PART, parts: [], done: [] });
    const server = new Server();
    await placeFile(placing(server, memory), other, name);
    expect([server.begun, server.completed.map(({ id }) => id)]).toEqual([1, ['upload-1']]);
  });

  it.each<[string, (server: Server) => void]>([
    ['its links have ended', (server) => { server.fault = (_, tries) => (server.begun === 0 && tries === 1 ? new PartRefused(403) : undefined); }],
    ['the server knows the upload no more', (server) => { server.refuseCompletion = new ApiFailure('refused', 'gone', { status: 404, code: 'not-found' }); }],
  ])('begins anew where it was kept and %s', async (_, arrange) => {
    const memory = uploadMemory(storage());
    memory.keep({ fileName: 'F.ipa', name: file.name, size: file.size, modifiedAt: file.lastModified, uploadId: 'old', partSize: PART, parts: parts.map(({ partNumber }) => ({ partNumber, url: `old/${partNumber}` })), done: [] });
    const server = new Server();
    arrange(server);
    await placeFile(placing(server, memory), file, 'F.ipa');
    expect([server.begun, server.completed.map(({ id }) => id)]).toEqual([1, ['upload-1']]);
  });

  it('gives up where a new upload is refused as well, and does not begin for ever', async () => {
    const server = new Server();
    server.fault = () => new PartRefused(403);
    await expect(placeFile(placing(server), file, 'F.ipa')).rejects.toMatchObject({ kind: 'refused' });
    expect(server.begun).toBe(1);
  });

  it('says what the API refuses, and keeps what has arrived', async () => {
    const server = new Server();
    server.refuseCompletion = new ApiFailure('unreachable', 'gone');
    const scene = placing(server);
    await expect(placeFile(scene, file, 'F.ipa')).rejects.toMatchObject({ kind: 'unreachable' });
    await placeFile(scene, file, 'F.ipa');
    expect([server.begun, server.puts.length]).toEqual([1, 5]);
  });
});

describe('the memory of an upload', () => {
  it('takes nothing that it has not written itself', () => {
    for (const text of ['', '{}', '{"fileName":1}', 'x']) expect(uploadMemory({ ...storage(), getItem: () => text }).recall()).toBeUndefined();
  });

  it('does without where the browser keeps nothing', () => {
    const refuse = (): never => { throw new Error('QuotaExceededError'); };
    const memory = uploadMemory({ getItem: refuse, setItem: refuse, removeItem: refuse });
    memory.keep({ fileName: 'F.ipa', name: 'F', size: 1, modifiedAt: 1, uploadId: 'u', partSize: 1, parts: [], done: [] });
    memory.forget();
    expect(memory.recall()).toBeUndefined();
  });
});

describe('the parts of a file', () => {
  it('cover it once, from its beginning to its end', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 100 }), (size, partSize) => {
      const ranges = Array.from({ length: Math.ceil(size / partSize) }, (_, index) => rangeOf({ size, partSize }, index + 1));
      expect(ranges.map(([from]) => from)).toEqual([0, ...ranges.slice(0, -1).map(([, to]) => to)]);
      expect(ranges.at(-1)?.[1]).toBe(size);
    }));
  });
});

describe('the speed of an upload', () => {
  const after = (...samples: Sample[]): number | undefined => speedOf(samples.reduce<readonly Sample[]>(withSample, []));

  it('is told by the last seconds', () => {
    expect(after({ at: 0, sent: 0 }, { at: 2_000, sent: 4_000 })).toBe(2_000);
    expect(after({ at: 0, sent: 0 }, { at: 60_000, sent: 1_000 }, { at: 62_000, sent: 9_000 })).toBe(4_000);
  });

  it('is not told before there is something to tell by, nor from a part that begins again', () => {
    expect([after(), after({ at: 0, sent: 0 }), after({ at: 0, sent: 0 }, { at: 10, sent: 9 }), after({ at: 0, sent: 9 }, { at: 2_000, sent: 3 })]).toEqual([undefined, undefined, undefined, undefined]);
  });
});
