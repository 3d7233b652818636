/** Every server of the local cloud listens in one way: on this machine alone. */
import type { Server } from 'node:net';

/**
 * Listens on 127.0.0.1; gives the port, a free one where 0 is asked for. Rejects with the system's error where the port cannot be
 * had (`EADDRINUSE`). HTTP, HTTPS and HTTP/2 servers are servers of sockets, too.
 */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
