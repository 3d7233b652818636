/** An APNs that does what a test says, push by push: what Apple's does now and then and the local stand-in does not. */
import http2, { type Http2Session, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Trust } from '../../../local/tls/trust.ts';

export interface ScriptedPush {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  readonly session: ServerHttp2Session;
  /** 1 for the first push of all. */
  readonly number: number;
  readonly answer: (status: number, reason?: string, headers?: Readonly<Record<string, string>>) => void;
}

export interface ScriptedApns {
  readonly url: string;
  /** Sessions opened since the start. */
  readonly sessions: number;
  readonly pushes: number;
  /** Most pushes under way at once. */
  readonly mostAtOnce: number;
  close(): Promise<void>;
}

export async function startScriptedApns(trust: Trust, onPush: (push: ScriptedPush) => void, streams = 1000): Promise<ScriptedApns> {
  const counts = { sessions: 0, pushes: 0, mostAtOnce: 0, now: 0 };
  const open = new Set<Http2Session>();
  const server = http2.createSecureServer({
    key: trust.server.key, cert: trust.server.certificate, ca: trust.root, requestCert: true, rejectUnauthorized: true, settings: { maxConcurrentStreams: streams },
  });
  server.on('session', (session) => {
    counts.sessions += 1;
    open.add(session);
    session.on('close', () => open.delete(session));
    session.on('error', () => undefined);
    session.on('stream', (stream, headers) => {
      counts.pushes += 1;
      counts.now += 1;
      counts.mostAtOnce = Math.max(counts.mostAtOnce, counts.now);
      stream.on('close', () => { counts.now -= 1; });
      stream.on('error', () => undefined);
      stream.resume();
      onPush({
        stream, headers, session, number: counts.pushes,
        answer: (status, reason, more = {}) => {
          if (stream.destroyed) return;
          stream.respond({ ':status': status, ...more });
          stream.end(reason === undefined ? undefined : JSON.stringify({ reason }));
        },
      });
    });
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return {
    url: `https://localhost:${port}`,
    get sessions() { return counts.sessions; },
    get pushes() { return counts.pushes; },
    get mostAtOnce() { return counts.mostAtOnce; },
    async close() {
      for (const session of open) session.destroy();
      await new Promise<void>((resolve) => { server.close(() => { resolve(); }); });
    },
  };
}
