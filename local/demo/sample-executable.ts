import { seededBytes } from './seeded-bytes.ts';

const page = 0x4000;
const commands = { segment64: 0x19, encryptionInfo64: 0x2c, buildVersion: 0x32, main: 0x80000028 } as const;

/**
 * An arm64 executable as far as its header goes (Apple: mach-o/loader.h): segments, platform, entry point and encryption
 * information with the given `cryptid` (0 not encrypted, 1 FairPlay). It runs nowhere.
 */
export function sampleExecutable({ cryptid, seed, minimumOs }: { readonly cryptid: number; readonly seed: string; readonly minimumOs: string }): Buffer {
  const code = seededBytes(`${seed}/code`, 4 * page);
  const size = page + code.length;
  const loadCommands = Buffer.concat([
    segment('__PAGEZERO', { address: 0n, memory: 0x1_0000_0000n, offset: 0, file: 0, protection: 0 }),
    segment('__TEXT', { address: 0x1_0000_0000n, memory: BigInt(size), offset: 0, file: size, protection: 5 }),
    segment('__LINKEDIT', { address: 0x1_0000_0000n + BigInt(size), memory: BigInt(page), offset: size, file: 0, protection: 1 }),
    words(commands.buildVersion, 24, 2, packedVersion(minimumOs), packedVersion('26.0'), 0),
    words(commands.main, 24, page, 0, 0, 0),
    words(commands.encryptionInfo64, 24, page, code.length, cryptid, 0),
  ]);
  // MH_EXECUTE; NOUNDEFS, DYLDLINK, TWOLEVEL, PIE.
  const header = words(0xfeedfacf, 0x0100000c, 0, 2, 6, loadCommands.length, 0x00200085, 0);
  return Buffer.concat([header, loadCommands, Buffer.alloc(page - header.length - loadCommands.length), code]);
}

function segment(name: string, { address, memory, offset, file, protection }: { readonly address: bigint; readonly memory: bigint; readonly offset: number; readonly file: number; readonly protection: number }): Buffer {
  const bytes = Buffer.alloc(72);
  bytes.writeUInt32LE(commands.segment64, 0);
  bytes.writeUInt32LE(bytes.length, 4);
  bytes.write(name, 8, 16, 'latin1');
  bytes.writeBigUInt64LE(address, 24);
  bytes.writeBigUInt64LE(memory, 32);
  bytes.writeBigUInt64LE(BigInt(offset), 40);
  bytes.writeBigUInt64LE(BigInt(file), 48);
  bytes.writeUInt32LE(protection, 56);
  bytes.writeUInt32LE(protection, 60);
  return bytes;
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
}

/** `major.minor.patch` as 16.8.8 bits. */
function packedVersion(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return major * 0x10000 + minor * 0x100 + patch;
}
