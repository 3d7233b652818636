/** OpenSSL's command does a device's cryptography: keys, requests, envelopes, signatures, each of them in files of its own. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Key and certificate, as names of PEM files in the keychain. */
export interface Identity {
  readonly key: string;
  readonly certificate: string;
}

export class Keychain {
  readonly #folder = mkdtempSync(join(tmpdir(), 'independent-client-'));
  #files = 0;

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  /** Private key of a PEM file, PKCS #8, DER. */
  async keyBytes(key: string): Promise<Buffer> {
    const der = this.#name('der');
    await this.#openssl('pkcs8', '-topk8', '-nocrypt', '-in', key, '-outform', 'DER', '-out', der);
    return this.#read(der);
  }

  async newKey(bits: number): Promise<string> {
    const name = this.#name('key');
    await this.#openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`, '-out', name);
    return name;
  }

  async keep(certificate: Buffer): Promise<string> {
    const [der, pem] = [await this.#write('der', certificate), this.#name('pem')];
    await this.#openssl('x509', '-inform', 'DER', '-in', der, '-out', pem);
    return pem;
  }

  /** PKCS #10 for a key, DER, with the usages of a Key Usage mask (1 signing, 4 encryption), and a certificate that the key makes for itself, DER. */
  async request(key: string, { subject, challenge, usage }: { readonly subject: readonly (readonly [string, string])[]; readonly challenge: string; readonly usage: number }): Promise<{ readonly request: Buffer; readonly self: Buffer }> {
    const usages = [...((usage & 1) === 0 ? [] : ['digitalSignature']), ...((usage & 4) === 0 ? [] : ['keyEncipherment'])];
    const configuration = await this.#write('cnf', Buffer.from([
      '[req]', 'prompt = no', 'utf8 = yes', 'string_mask = utf8only', 'distinguished_name = subject', 'attributes = attributes', 'req_extensions = extensions',
      '[subject]', ...subject.map(([type, value], index) => `${index}.${type} = ${value}`),
      '[attributes]', `challengePassword = ${challenge}`,
      '[extensions]', ...(usages.length === 0 ? [] : [`keyUsage = critical, ${usages.join(', ')}`]), '',
    ].join('\n')));
    const [request, self] = [this.#name('csr'), this.#name('der')];
    await this.#openssl('req', '-new', '-config', configuration, '-key', key, '-outform', 'DER', '-out', request);
    await this.#openssl('req', '-x509', '-config', configuration, '-key', key, '-days', '1', '-outform', 'DER', '-out', self);
    return { request: await this.#read(request), self: await this.#read(self) };
  }

  /** EnvelopedData for the holder of a certificate, AES-128 in CBC mode, DER. */
  async seal(content: Buffer, recipient: string): Promise<Buffer> {
    const [input, output] = [await this.#write('in', content), this.#name('p7m')];
    await this.#openssl('cms', '-encrypt', '-binary', '-aes128', '-in', input, '-outform', 'DER', '-out', output, recipient);
    return this.#read(output);
  }

  /** What an envelope for this identity holds. */
  async open(envelope: Buffer, { certificate, key }: Identity): Promise<Buffer> {
    const [input, output] = [await this.#write('p7m', envelope), this.#name('out')];
    await this.#openssl('cms', '-decrypt', '-binary', '-inform', 'DER', '-in', input, '-recip', certificate, '-inkey', key, '-out', output);
    return this.#read(output);
  }

  /** The certificates of a degenerate SignedData, DER. */
  async certificatesIn(bag: Buffer): Promise<readonly Buffer[]> {
    const { stdout } = await this.#openssl('pkcs7', '-inform', 'DER', '-in', await this.#write('p7b', bag), '-print_certs');
    return [...stdout.matchAll(/-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/=]+)-----END CERTIFICATE-----/g)].map(([, text = '']) => Buffer.from(text, 'base64'));
  }

  /** A detached SignedData over these bytes, with the signer's certificate in it, DER. */
  async sign(bytes: Buffer, { certificate, key }: Identity, digest: 'sha1' | 'sha256' = 'sha256'): Promise<Buffer> {
    const [input, output] = [await this.#write('in', bytes), this.#name('p7s')];
    await this.#openssl('cms', '-sign', '-binary', '-md', digest, '-nosmimecap', '-in', input, '-signer', certificate, '-inkey', key, '-outform', 'DER', '-out', output);
    return this.#read(output);
  }

  /** The content of a SignedData that holds, whoever signed it. */
  async unwrapped(signed: Buffer): Promise<Buffer> {
    const [input, output] = [await this.#write('p7m', signed), this.#name('out')];
    await this.#openssl('cms', '-verify', '-noverify', '-binary', '-inform', 'DER', '-in', input, '-out', output);
    return this.#read(output);
  }

  #openssl(...args: readonly string[]): Promise<{ readonly stdout: string }> {
    return run('openssl', [...args], { cwd: this.#folder });
  }

  #name(extension: string): string {
    this.#files += 1;
    return `${this.#files}.${extension}`;
  }

  async #write(extension: string, bytes: Buffer): Promise<string> {
    const name = this.#name(extension);
    await writeFile(join(this.#folder, name), bytes);
    return name;
  }

  #read(name: string): Promise<Buffer> {
    return readFile(join(this.#folder, name));
  }
}
