import { describe, expect, it } from 'vitest';
import { withNeighbours } from '../../protocol/console-document.ts';

const document = '<!doctype html><html><head><script src="/a.js"></script></head></html>';
const neighbours = { ask: ['https://api.example.com', 'https://sign-in.example.com/pool', 'https://api.example.com/'], files: 'https://bucket.s3.eu-west-1.amazonaws.com' };

describe('the console\'s document', () => {
  it('allows its scripts to ask the addresses of its installation, each once, before any of them is loaded', () => {
    expect(withNeighbours(document, neighbours)).toContain(
      '<head>\n    <meta http-equiv="content-security-policy" content="connect-src \'self\' https://api.example.com https://sign-in.example.com https://bucket.s3.eu-west-1.amazonaws.com; img-src \'self\' https://bucket.s3.eu-west-1.amazonaws.com"><script',
    );
  });

  it.each(['javascript:alert(1)', 'not an address', 'https://*', 'data:text/html,x', 'https://a.example"onload=x'])('is not made with %s', (address) => {
    expect(() => withNeighbours(document, { ...neighbours, ask: [address] })).toThrow();
  });

  it('is not made of a document without a head', () => {
    expect(() => withNeighbours('<p>', neighbours)).toThrow();
  });
});
