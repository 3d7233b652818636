/** Reads whether an executable is encrypted, from the start of the file (Apple: mach-o/loader.h, mach-o/fat.h). */
const magics = { fat: 0xcafebabe, thin64: 0xfeedfacf, thin32: 0xfeedface } as const;
const encryptionInfo: readonly number[] = [0x21, 0x2c]; // LC_ENCRYPTION_INFO, LC_ENCRYPTION_INFO_64

/**
 * `cryptid` of the executable: 0 not encrypted, others FairPlay; 0 where it has no encryption command. Of a universal
 * file the slices that lie within `start` are read, and an encrypted one wins. Undefined where none is within reach.
 */
export function readCryptid(start: Uint8Array): number | undefined {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  if (view.byteLength < 32) return undefined;
  if (view.getUint32(0) !== magics.fat) return readSlice(view, 0);
  const found: number[] = [];
  const slices = Math.min(view.getUint32(4), 16);
  for (let index = 0; index < slices && 8 + index * 20 + 20 <= view.byteLength; index += 1) {
    const cryptid = readSlice(view, view.getUint32(8 + index * 20 + 8));
    if (cryptid !== undefined) found.push(cryptid);
  }
  return found.length === 0 ? undefined : Math.max(...found);
}

function readSlice(view: DataView, offset: number): number | undefined {
  if (offset + 32 > view.byteLength) return undefined;
  const magic = view.getUint32(offset, true);
  if (magic !== magics.thin64 && magic !== magics.thin32) return undefined;
  const commands = view.getUint32(offset + 16, true);
  let cursor = offset + (magic === magics.thin64 ? 32 : 28);
  for (let index = 0; index < commands; index += 1) {
    if (cursor + 8 > view.byteLength) return undefined;
    const size = view.getUint32(cursor + 4, true);
    if (encryptionInfo.includes(view.getUint32(cursor, true))) return cursor + 20 > view.byteLength ? undefined : view.getUint32(cursor + 16, true);
    if (size < 8) return undefined;
    cursor += size;
  }
  return 0;
}
