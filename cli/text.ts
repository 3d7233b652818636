/** Text in columns of a terminal: how wide it is, cut to fit, and free of what would steer the terminal. */

const segmenter = new Intl.Segmenter();
/** East Asian wide and full-width blocks, and emoji: two columns each (Unicode Standard Annex 11). */
const wide = /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;
const escapes = /\u001b\[[0-9;]*m/g;

/** Columns that the text takes; colour sequences take none. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text.replaceAll(escapes, ''))) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** At most `width` columns, with an ellipsis where something was cut. For text without colour sequences. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let left = width - 1;
  for (const { segment } of segmenter.segment(text)) {
    left -= wide.test(segment) ? 2 : 1;
    if (left < 0) break;
    kept += segment;
  }
  return width <= 0 ? '' : `${kept.trimEnd()}…`;
}

/**
 * The text in lines of at most `width` columns, broken between words. At least one line. A word that is wider is `cut`, or
 * stays `whole` on a line of its own: what is to be typed is of no use when it is cut.
 */
export function wrapped(text: string, width: number, wide: 'cut' | 'whole' = 'cut'): readonly string[] {
  const lines: string[] = [''];
  for (const each of text.split(' ')) {
    const word = wide === 'cut' ? cut(each, width) : each;
    const line = lines.at(-1) ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || textWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** A sentence behind `lead`, in lines of at most `width` columns that all begin where the first one's words do; one line where there is no width. */
export function hanging(lead: string, text: string, width: number | undefined): readonly string[] {
  const indent = textWidth(lead);
  const lines = width === undefined ? [text] : wrapped(text, width - indent, 'whole');
  return lines.map((line, index) => `${index === 0 ? lead : ' '.repeat(indent)}${line}`);
}

/** `1 wave`, `2 waves`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `30 %`, `2.5 %`: a share to so many decimals; what is there at all is never `0 %`. */
export function percent(share: number, decimals = 0): string {
  const value = Number((share * 100).toFixed(decimals));
  return `${share > 0 && value === 0 ? `<${1 / 10 ** decimals}` : String(value)} %`;
}

/** A file's name as it is typed: in quotation marks where it has spaces or brackets. */
export function typed(word: string): string {
  return /^[\p{L}\p{N}._@+-]+$/u.test(word) ? word : `"${word}"`;
}

export function pad(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)));
  return side === 'left' ? text + space : space + text;
}

/** Names and reasons come from devices and files: control characters and direction overrides are not passed on. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ');
}
