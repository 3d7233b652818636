import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from '../../local/listen.ts';

describe('a server of the local cloud', () => {
  const servers: Server[] = [];
  const made = (): Server => {
    const server = createServer();
    servers.push(server);
    return server;
  };

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it('listens on this machine alone, on a free port where it is to choose', async () => {
    const server = made();
    const port = await listen(server, 0);
    expect(port).toBeGreaterThan(0);
    expect(server.address()).toMatchObject({ address: '127.0.0.1', port });
  });

  it('says that a port is taken', async () => {
    const port = await listen(made(), 0);
    await expect(listen(made(), port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
