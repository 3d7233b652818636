import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { PemConverter, SubjectAlternativeNameExtension, X509Certificate, X509CertificateGenerator } from '@peculiar/x509';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { visit } from '../../../adapters/https/visitor.ts';
import { DAY } from '../../../core/ambient.ts';
import { reachProblem } from '../../../core/catalog/reach-problems.ts';
import { createRoot, issueServer, type TlsIdentity } from '../../../local/tls/issue.ts';

const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
const machineTrust = getCACertificates('default');
let trusted: TlsIdentity;
let stranger: TlsIdentity;

/** A server's certificate, from `from` to `until` days from now. */
async function issue(root: TlsIdentity, { name = 'localhost', from = -1, until = 1 }: { readonly name?: string; readonly from?: number; readonly until?: number } = {}): Promise<TlsIdentity> {
  const keys = await webcrypto.subtle.generateKey(rsa, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    subject: [{ CN: [name] }], issuer: new X509Certificate(root.certificate).subjectName, publicKey: keys.publicKey, signingAlgorithm: rsa, serialNumber: '4711',
    signingKey: await webcrypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(root.key), rsa, false, ['sign']),
    notBefore: new Date(Date.now() + from * DAY), notAfter: new Date(Date.now() + until * DAY), extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
  });
  return { certificate: certificate.toString('pem'), key: PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY') };
}

async function signItself(): Promise<TlsIdentity> {
  const keys = await webcrypto.subtle.generateKey(rsa, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({ name: 'CN=localhost', keys, signingAlgorithm: rsa, extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])] });
  return { certificate: certificate.toString('pem'), key: PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY') };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((listening) => { server.listen(0, '127.0.0.1', listening); });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://localhost:${(server.address() as AddressInfo).port}/`;
}

async function serve(identity: TlsIdentity, answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => { response.end('here'); }): Promise<string> {
  return listen(createServer({ cert: identity.certificate, key: identity.key }, answer));
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

beforeAll(async () => {
  [trusted, stranger] = await Promise.all([createRoot(), createRoot()]);
  setDefaultCACertificates([...machineTrust, trusted.certificate]);
});
afterAll(() => { setDefaultCACertificates(machineTrust); });

describe('a server with a certificate that holds', () => {
  it('is answered for with what a device sees: status, headers, the certificate\'s end, the body', async () => {
    const url = await serve(await issue(trusted), (_, response) => { response.writeHead(206, { 'content-type': 'text/plain', 'content-length': 4, 'etag': '"e"' }).end('here'); });
    const { body, certificateUntil = 0, ...seen } = await visit('GET', url);
    expect(seen).toEqual({ status: 206, contentType: 'text/plain', size: 4, etag: '"e"' });
    expect(Math.abs(certificateUntil - Date.now() - DAY)).toBeLessThan(60_000);
    expect(await textOf(body)).toBe('here');
  });

  it('gets the method and the headers that were given', async () => {
    const url = await serve(await issue(trusted), ({ method, headers }, response) => { response.writeHead(200, { 'x': '1', 'content-type': `${method ?? ''} ${headers.range ?? ''}` }).end(); });
    expect((await visit('HEAD', url, { range: 'bytes=0-0' })).contentType).toBe('HEAD bytes=0-0');
  });

  it('is not followed elsewhere', async () => {
    const url = await serve(await issue(trusted), (_, response) => { response.writeHead(302, { location: 'https://elsewhere.example/' }).end(); });
    expect((await visit('GET', url)).status).toBe(302);
  });

  it('whose body breaks off says so to whoever reads it', async () => {
    const url = await serve(await issue(trusted), (_, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('half');
      setTimeout(() => response.destroy(), 50);
    });
    const { body } = await visit('GET', url);
    await expect(textOf(body)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('no exception is made of a certificate', () => {
  it.each<[string, () => Promise<TlsIdentity>, string]>([
    ['of an authority that nobody knows', () => issueServer(stranger), 'not trust'],
    ['of one that calls itself like one that is trusted', () => issue(stranger), 'not trust'],
    ['for another name', () => issue(trusted, { name: 'other.example' }), 'another name'],
    ['that has expired', () => issue(trusted, { from: -3, until: -1 }), 'has expired'],
    ['that is not valid yet', () => issue(trusted, { from: 1, until: 2 }), 'not valid yet'],
    ['signed by itself', signItself, 'signed by itself'],
    ['of an authority, not of a server', () => Promise.resolve(trusted), 'something else than a server'],
  ])('%s', async (_, identity, words) => {
    const { status, problem = '' } = await visit('GET', await serve(await identity()));
    expect(status).toBe(0);
    expect(reachProblem(problem)).toMatchObject({ of: 'certificate', words: expect.stringContaining(words) as string });
  });
});

describe('a server that does not answer', () => {
  it('that is not there is no answer, with the reason\'s code and no address', async () => {
    const server = createServer();
    const url = await listen(server);
    server.close();
    expect(await visit('GET', url)).toMatchObject({ status: 0, problem: 'ECONNREFUSED' });
  });

  it('but breaks off once is asked again', async () => {
    let asked = 0;
    const url = await serve(await issue(trusted), ({ socket }, response) => {
      asked += 1;
      if (asked === 1) socket.destroy();
      else response.end('here');
    });
    expect(await textOf((await visit('GET', url)).body)).toBe('here');
  });
});
