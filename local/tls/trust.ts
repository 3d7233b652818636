/** The local root and what it has issued: made at the first boot, the same ever after. */
import { randomUUID, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DAY } from '../../core/ambient.ts';
import { createRoot, issuePush, issueServer, type TlsIdentity } from './issue.ts';

export interface PushIdentity extends TlsIdentity {
  /** `com.apple.mgmt.External.<uuid>`, the subject's UID. */
  readonly topic: string;
}

export interface Trust {
  /** Certificate of the root, PEM. */
  readonly root: string;
  /** Where the root's certificate lies, for `curl --cacert` and the like; absent in memory. */
  readonly rootPath?: string;
  /** For localhost, 127.0.0.1 and ::1. */
  readonly server: TlsIdentity;
  /** For the APNs stand-in, in the place of the certificate that Apple gives. */
  readonly push: PushIdentity;
}

interface StoredTrust {
  readonly root: TlsIdentity;
  readonly server: TlsIdentity;
  readonly push: PushIdentity;
}

/**
 * Opens the trust kept in `folder` (file mode 0600, folder 0700) or makes it. Without a folder it lives in memory.
 * A root or certificate that ends within 30 days is made anew. Throws when the folder cannot be written.
 */
export async function openTrust(options: { readonly folder?: string } = {}): Promise<Trust> {
  const { folder } = options;
  if (folder === undefined) return trustOf(await createTrust());
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, 'trust.json');
  const rootPath = path.join(folder, 'root.pem');
  let stored = readTrust(file);
  if (stored === undefined) {
    stored = await createTrust();
    writeWhole(file, JSON.stringify(stored));
  }
  writeWhole(rootPath, stored.root.certificate);
  return { ...trustOf(stored), rootPath };
}

async function createTrust(): Promise<StoredTrust> {
  const root = await createRoot();
  const topic = `com.apple.mgmt.External.${randomUUID()}`;
  return { root, server: await issueServer(root), push: { ...(await issuePush(root, topic)), topic } };
}

function trustOf(stored: StoredTrust): Trust {
  return { root: stored.root.certificate, server: stored.server, push: stored.push };
}

function readTrust(file: string): StoredTrust | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const stored = JSON.parse(text) as StoredTrust;
  const isCurrent = [stored.root, stored.server, stored.push].every(({ certificate }) =>
    Date.parse(new X509Certificate(certificate).validTo) - Date.now() > 30 * DAY);
  return isCurrent ? stored : undefined;
}

/** Never half a file, whenever the process is killed. */
function writeWhole(file: string, text: string): void {
  const temporary = `${file}.new`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, file);
}
