/**
 * The local cloud's one AWS port: an HTTP server on 127.0.0.1 that speaks the protocols of the AWS services handed to
 * it. Signature → principal → service (by credential scope) → operation → policies → engine.
 */
import { createServer } from 'node:http';
import { listen } from '../listen.ts';
import { Dispatcher, type DispatcherOptions } from './dispatcher.ts';
import type { CallHooks } from './service.ts';

export interface AwsPortOptions extends DispatcherOptions {
  /** 0 takes a free one. */
  readonly port: number;
}

export interface AwsPort {
  /** `http://127.0.0.1:PORT`, the value of AWS_ENDPOINT_URL. */
  readonly url: string;
  readonly port: number;
  /** Watches and, in `beforeCall`, faults calls. Returns the function that ends it. */
  observe(hooks: CallHooks): () => void;
  /** Stops listening and cuts what is open. */
  close(): Promise<void>;
}

/** Starts the port. Rejects when the port is taken or two services have one name. */
export async function startAwsPort(options: AwsPortOptions): Promise<AwsPort> {
  const hooks = new Set<CallHooks>();
  const dispatcher = new Dispatcher(options, hooks);
  // Uploads of gigabytes have no time limit of their own; idle connections outlive the SDK's keep-alive.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 120_000, maxHeaderSize: 32_768 }, (request, response) => {
    void dispatcher.answer(request, response);
  });
  const port = await listen(server, options.port);
  return {
    url: `http://127.0.0.1:${port}`, port,
    observe: (added) => {
      hooks.add(added);
      return () => hooks.delete(added);
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
