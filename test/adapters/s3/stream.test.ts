import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createS3Client } from '../../../adapters/s3/s3-client.ts';
import { streamHabits, streamObject, type StreamHabits } from '../../../adapters/s3/stream.ts';
import { someBytes } from '../../local/s3/s3-rig.ts';
import { refusalOf } from '../../support/outcomes.ts';

const MIB = 1024 * 1024;
const file = someBytes(5 * MIB + 77);
const habits: StreamHabits = { ...streamHabits, range: 2 * MIB, backOffBase: 1, backOffCap: 2, stall: 300 };

interface Asked {
  readonly range: string;
  readonly ifMatch: string | undefined;
}
type Answer = (range: Buffer, response: ServerResponse) => void;

const properly: Answer = (range, response) => { response.writeHead(206, { 'content-length': range.length }).end(range); };
/** Sends the first `bytes` of what was asked for, and then cuts the connection. */
const broken = (bytes: number): Answer => (range, response) => {
  response.writeHead(206, { 'content-length': range.length }).write(range.subarray(0, bytes), () => response.destroy());
};
const silent: Answer = (range, response) => { response.writeHead(206, { 'content-length': range.length }).write(range.subarray(0, 1000)); };
const refusing = (status: number, code: string): Answer => (_, response) => { response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code><Message>No.</Message></Error>`); };

/** A server of one file, whose answers follow the list, then are proper. */
async function serving(...answers: readonly Answer[]) {
  const asked: Asked[] = [];
  const left = [...answers];
  const server = createServer(({ headers }, response) => {
    const { range = '', 'if-match': ifMatch } = headers;
    asked.push({ range, ifMatch });
    const [, from = '0', to = '0'] = /bytes=(\d+)-(\d+)/.exec(range) ?? [];
    (left.shift() ?? properly)(file.subarray(Number(from), Number(to) + 1), response);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const client = createS3Client({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, region: 'eu-west-1', forcePathStyle: true, credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 });
  onTestFinished(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  const read = async (changes: Partial<StreamHabits> = {}): Promise<Buffer> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of streamObject(client, { bucket: 'packages', key: 'incoming/a.ipa', size: file.length, etag: '"one"' }, { ...habits, ...changes })) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  return { asked, read };
}
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a large file', () => {
  it('is read by ranges, one after the other, of the version that was seen', async () => {
    const { asked, read } = await serving();
    expect(digest(await read())).toBe(digest(file));
    expect(asked).toEqual(['bytes=0-2097151', 'bytes=2097152-4194303', `bytes=4194304-${file.length - 1}`].map((range) => ({ range, ifMatch: '"one"' })));
  });

  it.each<[string, readonly Answer[]]>([
    ['that breaks in the middle', [broken(1_000_000)]], ['that breaks at once', [broken(0)]], ['that breaks again and again', [broken(100_000), broken(0), broken(100_000), broken(1), broken(5_000)]],
    ['that falls silent', [silent]], ['that is refused for a while', [refusing(503, 'SlowDown'), refusing(500, 'InternalError')]],
  ])('goes on where it was over a connection %s', async (_, answers) => {
    const { asked, read } = await serving(...answers);
    expect(digest(await read())).toBe(digest(file));
    // What a broken connection has brought is not asked for again.
    const starts = asked.map(({ range }) => Number(/\d+/.exec(range)?.[0]));
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    if (answers.length === 1 && answers[0] === silent) expect(starts[1]).toBe(1000);
  });

  it('is given up after some attempts that brought nothing', async () => {
    const { asked, read } = await serving(...Array.from({ length: 20 }, () => broken(0)));
    await expect(read({ attempts: 4 })).rejects.toThrow();
    expect(asked).toHaveLength(4);
  });

  it.each([['exchanged', refusing(412, 'PreconditionFailed')], ['removed', refusing(404, 'NoSuchKey')], ['cut', refusing(416, 'InvalidRange')]])('that is %s meanwhile is a conflict, at once', async (_, answer) => {
    const { asked, read } = await serving(properly, answer);
    expect(await refusalOf(read())).toBe('conflict');
    expect(asked).toHaveLength(2);
  });

  it('that may not be read is not asked for again', async () => {
    const { asked, read } = await serving(refusing(403, 'AccessDenied'));
    await expect(read()).rejects.toThrow('No.');
    expect(asked).toHaveLength(1);
  });

  it('that takes longer than there is time is too large', async () => {
    const { read } = await serving();
    expect(await refusalOf(read({ patience: 0 }))).toBe('too-large');
  });
});
