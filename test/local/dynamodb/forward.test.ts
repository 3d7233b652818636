import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { forwarder } from '../../../local/dynamodb/forward.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** An engine that answers so many requests of a connection and cuts it at the next. Gives its address, and what it was asked. */
async function engine(answers: number): Promise<{ readonly engineUrl: string; readonly asked: string[]; readonly cuts: () => number }> {
  const asked: string[] = [];
  const served = new WeakMap<Socket, number>();
  let cuts = 0;
  const made = createServer((request, response) => {
    const count = served.get(request.socket) ?? 0;
    served.set(request.socket, count + 1);
    if (count >= answers) {
      cuts += 1;
      request.socket.destroy();
      return;
    }
    asked.push(String(request.headers['x-amz-target']));
    response.end('{}');
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return { engineUrl: `http://127.0.0.1:${(made.address() as AddressInfo).port}`, asked, cuts: () => cuts };
}

describe('the way to the engine', () => {
  it('is another connection where a kept one was closed as it was taken up again', async () => {
    const { engineUrl, asked, cuts } = await engine(1);
    const forward = forwarder({ engine: { url: engineUrl, accessKeyId: 'local' }, region: 'eu-west-1' });
    await forward('GetItem', '{}');
    expect(await forward('PutItem', '{}')).toEqual({ status: 200, body: '{}' });
    expect(cuts()).toBe(1);
    expect(asked).toEqual(['DynamoDB_20120810.GetItem', 'DynamoDB_20120810.PutItem']);
  });

  it('ends where a new connection is cut: the engine may have done what it was asked', async () => {
    const { engineUrl, cuts } = await engine(0);
    await expect(forwarder({ engine: { url: engineUrl, accessKeyId: 'local' }, region: 'eu-west-1' })('PutItem', '{}')).rejects.toThrow('socket hang up');
    expect(cuts()).toBe(1);
  });
});
