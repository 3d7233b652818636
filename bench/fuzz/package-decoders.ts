/** What is in a package that an administrator places: the archive, its Info.plist, its profile, its executable's header. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBinary } from 'plist';
import { DAY } from '../../core/ambient.ts';
import { sampleExecutable } from '../../local/demo/sample-executable.ts';
import { sampleIcon } from '../../local/demo/sample-icon.ts';
import { writeSampleIpa } from '../../local/demo/sample-ipa.ts';
import { sampleProfile } from '../../local/demo/sample-profile.ts';
import { decodeIcon } from '../../protocol/icon/decode-icon.ts';
import { renderIcon } from '../../protocol/icon/render-icon.ts';
import { decodeManifest, encodeManifest } from '../../protocol/manifest.ts';
import { readIpa } from '../../protocol/ipa.ts';
import { decodeAppInfo } from '../../protocol/ipa/info-plist.ts';
import { readCryptid } from '../../protocol/ipa/mach-o.ts';
import { encodePlist } from '../../protocol/plist.ts';
import { decodeProvisioningProfile } from '../../protocol/provisioning-profile.ts';
import type { Decoder } from './decoder.ts';
import { binaryPlist, der, xmlPlist } from './generate.ts';
import { NOW } from './identities.ts';
import { png } from './pictures.ts';

const INFO = {
  CFBundleIdentifier: 'com.example.field', CFBundleVersion: '412', CFBundleShortVersionString: '4.1', CFBundleName: 'Field', CFBundleExecutable: 'Field', MinimumOSVersion: '16.0', UIDeviceFamily: [1, 2],
  CFBundleSupportedPlatforms: ['iPhoneOS'], CFBundleIcons: { CFBundlePrimaryIcon: { CFBundleIconFiles: ['AppIcon60x60'] } },
};
const KEYS = ['CFBundleIdentifier', 'CFBundleVersion', 'CFBundleShortVersionString', 'CFBundleName', 'UIDeviceFamily', 'CFBundleIcons', 'CFBundlePrimaryIcon', 'CFBundleIconFiles', '__proto__'] as const;
const WORDS = ['Payload/', '../', '\u0000', '/', '\\', 'PK\u0005\u0006', 'PK\u0001\u0002', 'PK\u0003\u0004', 'PK\u0006\u0006', '.app/Info.plist', '<dict>', '</dict>', '<integer>1e9</integer>'] as const;

/** A whole one, small: all but its icons and its data is structure. */
async function samplePackage(infoPlist: 'binary' | 'xml', forceZip64: boolean): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'wavecast-fuzz-'));
  try {
    const { path } = await writeSampleIpa({ path: join(folder, 'sample.ipa'), bundleId: 'com.example.field', version: '412', shortVersion: '4.1', title: 'Field', sizeBytes: 0, kind: 'enterprise', infoPlist, forceZip64, signedAt: NOW });
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function packageDecoders(): Promise<readonly Decoder[]> {
  const packages = [await samplePackage('binary', false), await samplePackage('xml', true)] as const;
  const profile = (kind: 'enterprise' | 'ad-hoc'): Promise<Buffer> => sampleProfile({ kind, covers: 'com.example.*', teamId: 'SAMPLE1234', signedAt: NOW, expiresAt: NOW + 365 * DAY, provisionedDevices: ['00008120-000A1B2C3D4E5F60'], seed: 'fuzz device' });
  const [enterprise, adHoc] = [await profile('enterprise'), await profile('ad-hoc')];
  const manifest = encodeManifest({ bundleId: 'com.example.field', version: '412', title: 'Field', packageUrl: 'https://cdn.example.com/a', sha256Size: 1_000, sha256s: ['ab'.repeat(32)] });
  return [
    // 6 KB from the end on are the directory.
    { name: 'ipa', share: 6, corpus: { samples: [packages[0], packages[1]], words: WORDS, tail: 6_000 }, decode: (bytes) => readIpa({ size: bytes.length, read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)) }) },
    { name: 'info-plist', share: 15, corpus: { samples: [Buffer.from(buildBinary({ ...INFO })), Buffer.from(encodePlist({ ...INFO }))], words: WORDS }, generate: (dice) => (dice.once(2) ? xmlPlist(dice, KEYS) : binaryPlist(dice, KEYS)), decode: (bytes) => decodeAppInfo(bytes, 'Info.plist') },
    { name: 'profile', share: 4, corpus: { samples: [enterprise, adHoc], words: WORDS }, generate: der, decode: decodeProvisioningProfile },
    { name: 'executable', share: 20, corpus: { samples: [Buffer.from(sampleExecutable({ cryptid: 1, seed: 'fuzz', minimumOs: '16.0' })).subarray(0, 4_096)], words: ['\u0000'] }, decode: readCryptid },
    { name: 'icon', share: 10, corpus: { samples: [sampleIcon(24, 'fuzz'), Buffer.from(renderIcon(sampleIcon(24, 'fuzz')).original)], words: ['IDAT', 'IHDR', 'CgBI', 'PLTE'] }, generate: png, decode: decodeIcon },
    { name: 'manifest', share: 7, corpus: { samples: [Buffer.from(manifest)], words: WORDS }, generate: (dice) => xmlPlist(dice, ['items', 'assets', 'metadata', 'kind', 'url', 'sha256s']), decode: decodeManifest },
  ];
}
