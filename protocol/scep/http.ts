/** Where the message of a PKIOperation is (RFC 8894, section 4.1). */

/**
 * By POST in the body, raw or in base64; by GET in the address, in base64 or as it is. Some clients send it in both places, or
 * by POST in the address alone: the body counts where there is one. `query` as it came, not decoded.
 */
export function pkiMessageOf(body: Uint8Array, query: string): Uint8Array {
  if (body.length > 0) return fromBase64(Buffer.from(body));
  const value = query.split('&').find((part) => part.startsWith('message='))?.slice('message='.length) ?? '';
  return fromBase64(percentDecoded(value));
}

/** DER begins with the tag of a SEQUENCE, which is `0`: no base64 of one begins so. */
function fromBase64(bytes: Buffer): Buffer {
  if (bytes[0] === 0x30) return bytes;
  // Forms turn `+` into a space.
  const text = bytes.toString('latin1').replaceAll(' ', '+').replaceAll(/[\r\n]/g, '');
  return /^[A-Za-z0-9+/=_-]*$/.test(text) ? Buffer.from(text, 'base64') : bytes;
}

function percentDecoded(value: string): Buffer {
  const bytes: number[] = [];
  for (let at = 0; at < value.length; at += 1) {
    const escaped = value[at] === '%' ? /^[0-9A-Fa-f]{2}/.exec(value.slice(at + 1, at + 3))?.[0] : undefined;
    bytes.push(escaped === undefined ? value.charCodeAt(at) & 0xff : Number.parseInt(escaped, 16));
    if (escaped !== undefined) at += 2;
  }
  return Buffer.from(bytes);
}
