import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { choosePorts, doors } from '../../../local/boot/addresses.ts';
import { memoryStateStore } from '../../../local/state-store.ts';

describe('the ports of the local cloud', () => {
  it('are free ones, all different, and the same again after a restart', async () => {
    const store = memoryStateStore();
    const ports = await choosePorts(store, {});
    expect(new Set(Object.values(ports)).size).toBe(doors.length);
    // No outgoing connection takes one of these between its choice and its use.
    expect(Math.max(...Object.values(ports))).toBeLessThan(32_768);
    expect(await choosePorts(store, {})).toEqual(ports);
  });

  it('are those asked for, also over those of before', async () => {
    const store = memoryStateStore();
    const { api } = await choosePorts(store, {});
    const other = await choosePorts(memoryStateStore(), {});
    expect(other.api).not.toBe(api);
    expect((await choosePorts(store, { api: other.api })).api).toBe(other.api);
  });

  it('are refused where something else listens, by name', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(choosePorts(memoryStateStore(), { aws: port })).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken, and the aws address needs it`);
    server.close();
  });
});
