/** Cases made from nothing: well-formed enough to come far, and wrong in what they say. */
import type { Dice } from './dice.ts';

const DEEPEST = 24;
/** Elements of one case; a few hold thousands. */
const MANY = 2_000;

const scalars: readonly [string, ...string[]] = [
  '<true/>', '<false/>', '<string/>', '<string>com.example.app</string>', '<string>&amp;&lt;&#x41;</string>', '<string>&#0;&#x110000;</string>', '<string><![CDATA[]]]]><![CDATA[>]]></string>', '<integer>9007199254740992</integer>',
  '<integer>-0</integer>', '<integer>+7</integer>', '<integer></integer>', '<real>1e999</real>', '<real>nan</real>', '<date>2026-11-25T10:00:00Z</date>', '<date>0000-00-00T00:00:00Z</date>', '<data>AAAA</data>', '<data>A===</data>',
  '<data/>', '<null/>', '<!-- -- -->', '<?xml version="1.0"?>', '<key>stray</key>', 'text', '<string>\u2028\uFFFE</string>', '<array/>', '<dict/>', '</dict>', '<plist version="1.0">',
];

/** A property list of Apple's tags; `keys` stand in its dictionaries. */
export function xmlPlist(dice: Dice, keys: readonly [string, ...string[]]): Buffer {
  let left = dice.once(40) ? MANY : 40;
  const value = (depth: number): string => {
    left -= 1;
    if (left < 0 || depth > DEEPEST || dice.once(3)) return dice.pick(scalars);
    const members = Array.from({ length: dice.below(dice.once(20) ? left + 1 : 8) }, () => value(depth + 1));
    return dice.once(2) ? `<array>${members.join('')}</array>` : `<dict>${members.map((member) => `<key>${dice.pick(keys)}</key>${member}`).join(dice.once(9) ? ' ' : '')}</dict>`;
  };
  const top = `<dict>${keys.slice(0, dice.below(keys.length + 1)).map((key) => `<key>${key}</key>${dice.once(2) ? '<string>Idle</string>' : value(1)}`).join('')}</dict>`;
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">${dice.once(4) ? value(0) : top}</plist>`, 'utf8');
}

/** Objects that refer to one another at random, their table, and a trailer that is mostly right. */
export function binaryPlist(dice: Dice, keys: readonly [string, ...string[]]): Buffer {
  const count = 1 + dice.below(dice.once(40) ? MANY : 24);
  const refSize = dice.pick([1, 2, 4]);
  const reference = (): Buffer => sized(dice.below(count + (dice.once(50) ? 3 : 0)), refSize);
  const references = (number: number): Buffer[] => Array.from({ length: number }, reference);
  const objects = Array.from({ length: count }, (): Buffer => {
    switch (dice.below(7)) {
      case 0: { const size = dice.below(15); return Buffer.concat([Buffer.from([0xa0 + size]), ...references(size)]); }
      case 1: { const size = dice.below(8); return Buffer.concat([Buffer.from([0xd0 + size]), ...references(size * 2)]); }
      case 2: { const text = dice.pick(keys).slice(0, 200); return Buffer.concat([Buffer.from([0x5f, 0x10, text.length]), Buffer.from(text, 'latin1')]); }
      case 3: return Buffer.concat([Buffer.from([0x10 + dice.below(5)]), dice.bytes(8)]);
      case 4: return Buffer.concat([Buffer.from([dice.pick([0x22, 0x23, 0x33, 0x80, 0x08, 0x09, 0x00])]), dice.bytes(8)]);
      case 5: { const size = dice.below(15); return Buffer.concat([Buffer.from([dice.pick([0x40, 0x60]) + size]), dice.bytes(size * 2)]); }
      default: return dice.bytes(1 + dice.below(12));
    }
  });
  const offsets: number[] = [];
  let at = 8;
  for (const object of objects) {
    offsets.push(at);
    at += object.length;
  }
  const trailer = Buffer.alloc(32);
  trailer.writeUInt8(dice.once(30) ? dice.below(256) : 4, 6);
  trailer.writeUInt8(dice.once(30) ? dice.below(256) : refSize, 7);
  trailer.writeBigUInt64BE(dice.once(30) ? 1n << BigInt(dice.below(64)) : BigInt(count), 8);
  trailer.writeBigUInt64BE(BigInt(dice.below(count)), 16);
  trailer.writeBigUInt64BE(dice.once(30) ? BigInt(dice.below(at * 2)) : BigInt(at), 24);
  return Buffer.concat([Buffer.from('bplist00'), ...objects, ...offsets.map((offset) => sized(offset, 4)), trailer]);
}

function sized(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.subarray(4 - size);
}

/** Elements in elements, some with lengths that lie or are indefinite. */
export function der(dice: Dice): Buffer {
  const element = (depth: number): Buffer => {
    const constructed = depth < DEEPEST && !dice.once(3);
    const tag = constructed ? dice.pick([0x30, 0x30, 0x31, 0xa0, 0xa3, 0x24]) : dice.pick([0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x17, 0x1e, 0x80]);
    const content = constructed ? Buffer.concat(Array.from({ length: dice.below(5) }, () => element(depth + 1))) : tag === 0x06 && !dice.once(4) ? Buffer.from('2a864886f70d010702', 'hex') : dice.bytes(dice.below(12));
    if (dice.once(30)) return Buffer.concat([Buffer.from([tag, 0x80]), content, Buffer.from([0, 0])]);
    const told = dice.once(60) ? dice.below(1 << 24) : content.length;
    return Buffer.concat([Buffer.from(told < 0x80 ? [tag, told] : [tag, 0x83, told >> 16, (told >> 8) & 0xff, told & 0xff]), content]);
  };
  return element(0);
}

const odd: readonly [unknown, ...unknown[]] = [null, true, '', 'a', 0, -1, 1.5, 1e308, 2 ** 53, [], {}, '\u0000', '\uD800', '=1+1', 'x'.repeat(2_000), [[[[[]]]]], { $data: 'AAAA' }, { $date: '2026-13-01T00:00:00Z' }, { $data: 7 }, { constructor: {} }];

/** A value like `sample` in which something is of another kind, missing, or there a thousand times. */
export function jsonLike(dice: Dice, sample: unknown): unknown {
  // One list of it is long, no more: lists in lists would make a body that nobody may send.
  let longLeft = 1;
  const like = (part: unknown): unknown => {
    if (dice.once(12)) return dice.pick(odd);
    if (Array.isArray(part)) {
      const members = part.map(like);
      if (longLeft === 0 || !dice.once(20)) return members;
      longLeft -= 1;
      return Array.from({ length: dice.below(MANY) }, (_, index) => members[index % Math.max(1, members.length)]);
    }
    if (typeof part !== 'object' || part === null) return dice.once(6) ? dice.pick(odd) : part;
    const entries = Object.entries(part).filter(() => !dice.once(12)).map(([key, value]): [string, unknown] => [dice.once(30) ? dice.pick(['__proto__', 'constructor', '', 'x'.repeat(300)]) : key, like(value)]);
    return Object.fromEntries(dice.once(15) ? [...entries, ['unexpected', dice.pick(odd)]] : entries);
  };
  return like(sample);
}
