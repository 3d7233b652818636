/**
 * Reads BER and DER where it lies (X.690): each element keeps its very bytes. Signatures are over bytes as sent, so what
 * is verified must not pass through a decoder and an encoder first; and devices send indefinite lengths.
 */

/** Deepest nesting that is followed; a certificate within SignedData takes about 12. */
const DEEPEST = 24;

export interface Element {
  /** First octet: class, constructed bit and number, for example 0x30 for SEQUENCE. */
  readonly tag: number;
  /** The whole element. */
  readonly raw: Uint8Array;
  /** Its content octets. */
  readonly content: Uint8Array;
}

/** Throws RangeError unless `bytes` is one element and nothing else. */
export function readElement(bytes: Uint8Array): Element {
  const element = elementAt(bytes, 0, 0);
  if (element.raw.length !== bytes.length) throw malformed();
  return element;
}

/** The elements inside a constructed one. Throws RangeError. */
export function childrenOf(element: Element): readonly Element[] {
  if ((element.tag & 0x20) === 0) throw malformed();
  const children: Element[] = [];
  for (let offset = 0; offset < element.content.length; ) {
    const child = elementAt(element.content, offset, 0);
    children.push(child);
    offset += child.raw.length;
  }
  return children;
}

/** The children, where the element is what it must be. Throws RangeError. */
export function membersOf(element: Element | undefined, tag: number): readonly Element[] {
  return childrenOf(expected(element, tag));
}

/** Throws RangeError unless the element is there and has this tag. */
export function expected(element: Element | undefined, tag: number): Element {
  if (element?.tag !== tag) throw malformed();
  return element;
}

/** Octets of an OCTET STRING, which BER may cut into pieces. Throws RangeError. */
export function octetsOf(element: Element | undefined): Uint8Array {
  if (element?.tag === 0x04) return element.content;
  return Buffer.concat(membersOf(element, 0x24).map((piece) => octetsOf(piece)));
}

/** Dotted form of an OBJECT IDENTIFIER. Throws RangeError. */
export function objectIdentifierOf(element: Element | undefined): string {
  const { content } = expected(element, 0x06);
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of content) {
    arc = arc * 128 + (octet & 0x7f);
    if (!Number.isSafeInteger(arc)) throw malformed();
    if ((octet & 0x80) !== 0) continue;
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(arc / 40));
      arcs.push(first, arc - first * 40);
    } else {
      arcs.push(arc);
    }
    arc = 0;
  }
  return arcs.join('.');
}

/** Milliseconds since the epoch of a UTCTime or GeneralizedTime in whole seconds, UTC. Throws RangeError. */
export function instantOf(element: Element): number {
  const digits = Buffer.from(element.content).toString('latin1');
  // RFC 5652, section 11.3: two-digit years below 50 are of this century.
  const text = element.tag === 0x17 ? `${Number(digits.slice(0, 2)) < 50 ? '20' : '19'}${digits}` : digits;
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const [year, month, day, hour, minute, second] = parts;
  const instant = Date.parse(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`);
  if (Number.isNaN(instant)) throw malformed();
  return instant;
}

/** A SET in DER's order: members sorted by their encoding. */
export function setOf(members: readonly Uint8Array[], order: 'der' | 'as-given' = 'der'): Uint8Array {
  const body = Buffer.concat(order === 'der' ? members.toSorted((a, b) => Buffer.compare(a, b)) : members);
  return Buffer.concat([Buffer.from([0x31, ...lengthOctets(body.length)]), body]);
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) octets.unshift(left % 256);
  return [0x80 | octets.length, ...octets];
}

function elementAt(bytes: Uint8Array, offset: number, depth: number): Element {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  // Tag numbers from 31 on take more octets; nothing that we read has one.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f || depth > DEEPEST) throw malformed();
  if (first === 0x80) return indefiniteAt(bytes, offset, tag, depth);
  let length = first;
  let start = offset + 2;
  if (first > 0x80) {
    const octets = first & 0x7f;
    if (octets > 4) throw malformed();
    length = 0;
    for (let n = 0; n < octets; n += 1) length = length * 256 + (bytes[start + n] ?? Number.NaN);
    start += octets;
  }
  const end = start + length;
  if (!(end <= bytes.length)) throw malformed();
  return { tag, raw: bytes.subarray(offset, end), content: bytes.subarray(start, end) };
}

/** An element of indefinite length ends where two zero octets stand in an element's place. */
function indefiniteAt(bytes: Uint8Array, offset: number, tag: number, depth: number): Element {
  if ((tag & 0x20) === 0) throw malformed();
  let at = offset + 2;
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) at += elementAt(bytes, at, depth + 1).raw.length;
  return { tag, raw: bytes.subarray(offset, at + 2), content: bytes.subarray(offset + 2, at) };
}

function malformed(): RangeError {
  return new RangeError('not what was expected');
}
