/** Size of an item as DynamoDB counts it (developer guide, "DynamoDB item sizes and formats"). */

/** In DynamoDB's JSON: `{ pk: { S: 'a' } }`. */
export type WireItem = Readonly<Record<string, unknown>>;

/** Bytes: names and values, with what containers take. */
export function itemSize(item: WireItem): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize(attribute: unknown): number {
  const [type, value] = Object.entries(typeof attribute === 'object' && attribute !== null ? attribute : {}).map(([key, held]): readonly [string, unknown] => [key, held])[0] ?? ['NULL', true];
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(value));
    case 'N':
      return numberSize(String(value));
    case 'B':
      return Buffer.byteLength(String(value), 'base64');
    case 'SS':
      return list.reduce<number>((sum, each) => sum + Buffer.byteLength(String(each)), 0);
    case 'NS':
      return list.reduce<number>((sum, each) => sum + numberSize(String(each)), 0);
    case 'BS':
      return list.reduce<number>((sum, each) => sum + Buffer.byteLength(String(each), 'base64'), 0);
    case 'L':
      return CONTAINER + list.reduce<number>((sum, each) => sum + ELEMENT + valueSize(each), 0);
    case 'M': {
      const members: WireItem = typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
      return CONTAINER + itemSize(members) + ELEMENT * Object.keys(members).length;
    }
    default:
      return 1;
  }
}

const CONTAINER = 3;
const ELEMENT = 1;

/** A byte for two significant digits, and one more. */
function numberSize(text: string): number {
  const digits = text.replace(/[eE].*$/, '').replace(/[^0-9]/g, '').replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1;
}
