import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeManifest, encodeManifest, type Manifest } from '../../protocol/manifest.ts';

const manifest: Manifest = {
  packageUrl: 'https://files.example.com/packages/abc/good.ipa?Expires=1&Signature=a~b_c', bundleId: 'com.example.good', version: '7', title: 'Good & <better>',
  sha256s: ['ab'.repeat(32), 'cd'.repeat(32)], sha256Size: 10_485_760,
};
const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

describe('a manifest', () => {
  it('is the property list that Apple describes', () => {
    expect(encodeManifest(manifest)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"><plist version="1.0"><dict><key>items</key><array><dict>' +
      '<key>assets</key><array><dict><key>kind</key><string>software-package</string><key>url</key><string>https://files.example.com/packages/abc/good.ipa?Expires=1&amp;Signature=a~b_c</string>' +
      `<key>sha256-size</key><integer>10485760</integer><key>sha256s</key><array><string>${'ab'.repeat(32)}</string><string>${'cd'.repeat(32)}</string></array></dict></array>` +
      '<key>metadata</key><dict><key>bundle-identifier</key><string>com.example.good</string><key>bundle-version</key><string>7</string><key>kind</key><string>software</string><key>title</key><string>Good &amp; &lt;better&gt;</string></dict>' +
      '</dict></array></dict></plist>',
    );
  });

  it('names pictures that are shown as they are, without the gloss of old', () => {
    const text = encodeManifest({ ...manifest, displayImageUrl: 'https://a.example/57.png', fullSizeImageUrl: 'https://a.example/512.png' });
    for (const [kind, url] of [['display-image', 57], ['full-size-image', 512]] as const) {
      expect(text).toContain(`<dict><key>kind</key><string>${kind}</string><key>url</key><string>https://a.example/${url}.png</string><key>needs-shine</key><false/></dict>`);
    }
  });

  it('keeps every value on its way to the device', () => {
    const url = fc.webUrl({ validSchemes: ['https'], withQueryParameters: true });
    const line = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.trim() === text && !/\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/u.test(text));
    fc.assert(fc.property(fc.record<Manifest>({
      packageUrl: url, bundleId: fc.constantFrom('com.example.good', 'a'), version: line, title: line, sha256s: fc.array(fc.constantFrom('00'.repeat(32), 'fe'.repeat(32)), { minLength: 1 }), sha256Size: fc.integer({ min: 1 }),
      displayImageUrl: url, fullSizeImageUrl: url,
    }, { requiredKeys: ['packageUrl', 'bundleId', 'version', 'title', 'sha256s', 'sha256Size'] }), (given) => {
      expect(decodeManifest(bytes(encodeManifest(given)))).toEqual(given);
    }));
  });

  it.each([
    ['an address that is not https', (text: string) => text.replace('https://files', 'http://files'), /url: must be an https address/],
    ['no package', (text: string) => text.replace('software-package', 'display-image'), /no software-package/],
    ['no digests', (text: string) => text.replace(/<key>sha256s<\/key><array>.*?<\/array>/, ''), /no sha256s/],
    ['a digest that is none', (text: string) => text.replace('abab', 'xyxy'), /SHA-256 in hexadecimal/],
    ['another kind of item', (text: string) => text.replace('<string>software</string>', '<string>book</string>'), /metadata\.kind/],
    ['no item', () => '<plist version="1.0"><dict><key>items</key><array/></dict></plist>', /items/],
  ])('with %s is refused', (_, change, says) => {
    let thrown: unknown;
    try {
      decodeManifest(bytes(change(encodeManifest(manifest))));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'invalid-input', evidence: [expect.stringMatching(says) as unknown] });
  });
});
