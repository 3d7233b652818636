/** The administrators' API over a memory world: requests in, answers out, and every write in the order in which it was made. */
import type { ProfileSigners } from '../../../core/device/profile-signer.ts';
import type { PushCertificate } from '../../../core/device/push-certificate.ts';
import { WavecastError } from '../../../core/errors.ts';
import type { AdminServices } from '../../../functions/admin/admin-services.ts';
import { serveAdmin } from '../../../functions/admin/routes.ts';
import type { Role } from '../../../protocol/admin/caller.ts';
import { operations, type OperationName } from '../../../protocol/admin/operations.ts';
import { fingerprintOfPem } from '../../../protocol/authority-certificate.ts';
import { createAuthority } from '../../../protocol/certificate-authority.ts';
import { digestText } from '../../../protocol/digest.ts';
import { uuidOf } from './ambient.ts';
import { memoryEdgeGate } from './edge-gate.ts';
import { memoryJobFiles } from './job-store.ts';
import type { MemoryWorld } from './world.ts';

export interface AdminRequestParts {
  /** In the path's place of `{id}`; one that nothing has where it is absent. */
  readonly id?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface MemoryAdmin {
  readonly services: AdminServices;
  /** `noun.operation` of every write since the admin was made, as the tables name them. */
  readonly writes: string[];
  /** What was written into exports, by key. */
  readonly exported: Map<string, string>;
  /** What the communication server refuses, as its gate calls it. */
  readonly closed: Set<string>;
  /** Files on the communication server: sizes by key. */
  readonly placed: Map<string, number>;
  /** Sends a request as somebody of a role; throws as the API refuses. */
  call(name: OperationName, parts?: AdminRequestParts, role?: Role): Promise<unknown>;
}

export function memoryAdmin(world: MemoryWorld): MemoryAdmin {
  const writes: string[] = [];
  const exported = new Map<string, string>();
  const closed = new Set<string>();
  const placed = new Map<string, number>();
  const write = (operation: string): void => {
    world.tables.beforeWrite(operation);
  };
  world.tables.beforeWrite = (operation) => writes.push(operation);
  let pushCertificate: PushCertificate | undefined;
  let signers: ProfileSigners = { former: [] };
  const uploads = new Set<string>();
  const services: AdminServices = {
    ...world, digest: digestText, fingerprint: fingerprintOfPem,
    gate: memoryEdgeGate(closed, (operation) => { write(`gate.${operation}`); }),
    async makeAuthority() {
      const { certificatePem, privateKeyPem } = await createAuthority('Wavecast device authority', world.clock.now(), 20);
      return { certificate: certificatePem, key: privateKeyPem };
    },
    files: {
      link: (key, seconds) => Promise.resolve(`https://files.example/${key}?seconds=${seconds}`),
      head: (key) => Promise.resolve(placed.has(key) ? { size: placed.get(key) ?? 0, etag: '"e"' } : undefined),
      list: (prefix, after = '', limit) => {
        const keys = [...placed.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
        const items = keys.slice(0, limit).map((key) => ({ key, size: placed.get(key) ?? 0, placedAt: world.clock.now() }));
        const last = items.at(-1);
        return Promise.resolve({ items, ...(keys.length > limit && last !== undefined ? { next: last.key } : {}) });
      },
      async remove(what) {
        await Promise.resolve();
        write('files.remove');
        for (const key of [...placed.keys()]) if (key === what || (what.endsWith('/') && key.startsWith(what))) placed.delete(key);
      },
      async beginUpload() {
        await Promise.resolve();
        write('files.beginUpload');
        const uploadId = world.ids.fresh();
        uploads.add(uploadId);
        return { uploadId, partSize: 16, parts: [{ number: 1, url: 'https://files.example/part-1?signature=secret-signature' }] };
      },
      async completeUpload(_, uploadId) {
        await Promise.resolve();
        write('files.completeUpload');
        if (!uploads.delete(uploadId)) throw new WavecastError('not-found', 'This upload is over, or was never begun.', { remedy: 'Begin it again.' });
      },
    },
    exports: {
      async write(key, _type, chunks) {
        let text = '';
        for await (const chunk of chunks) text += chunk;
        exported.set(key, text);
      },
      link: (key) => Promise.resolve(`https://exports.example/${key}`),
    },
    jobFiles: memoryJobFiles(world.tables, exported),
    profileSigners: {
      signers: () => Promise.resolve(signers),
      async change(change) {
        await Promise.resolve();
        write('profileSigners.change');
        signers = change(signers);
        return signers;
      },
    },
    pushCertificate: {
      current: () => Promise.resolve(pushCertificate),
      async replace(certificate) {
        await Promise.resolve();
        write('pushCertificate.replace');
        pushCertificate = certificate;
      },
    },
    installation: {
      organisation: 'Example Ltd', apiUrl: 'https://api.example', mdmUrl: 'https://mdm.example', edgeUrl: 'https://edge.example', eventBus: 'wavecast-test', notificationTopic: 'arn:aws:sns:eu-central-1:111122223333:topic', linkGeneration: 2,
    },
    configuration: { apiUrl: 'https://api.example', issuer: 'https://issuer.example', clientId: 'cli', scope: 'wavecast/api' },
  };
  return {
    services, writes, exported, closed, placed,
    call(name, { id = uuidOf('nothing'), query = {}, body } = {}, role = 'admin') {
      const { method, path } = operations[name];
      return serveAdmin(services, {
        method, path: `/v1/${path.replace('{id}', encodeURIComponent(id))}`, query, body: body === undefined ? undefined : JSON.stringify(body),
        caller: () => ({ name: 'grace', role }),
      });
    },
  };
}
