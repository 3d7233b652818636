/**
 * Sentences of the API, which speaks English alone, in another language: by their form, as gettext does it. A form has places
 * for what varies: `There is no plan {id}.` What stands in a place is said as it is; in `{why:said}` it is a sentence or a word
 * of the API's in its turn, in `{found:list}` several with semicolons between them, in `{values:either}` values with commas and
 * an "or" or "and" before the last. The sentence of the other language names the same places.
 */

/** From the form in English to the form in the other language. */
export type Sentences = Readonly<Record<string, string>>;
export type Translate = (text: string) => string;

/** A place in a form; what is in other braces is a text's own. */
const PLACE = /\{([a-zA-Z]\w*)(?::(said|list|either))?\}/;

interface Form {
  /** Before, between and behind its places: one more than those. */
  readonly literals: readonly string[];
  readonly places: readonly { readonly name: string; readonly kind: string | undefined }[];
  /** In the other language: texts and places by turns. */
  readonly said: readonly string[];
}

/** What no form fits is answered as it is. Of several that fit the one with most text of its own counts. */
export function translator(sentences: Sentences): Translate {
  const plain = new Map<string, string>();
  const forms: Form[] = [];
  for (const [english, other] of Object.entries(sentences)) {
    const form = formOf(english, other);
    if (form.places.length === 0) plain.set(english, other);
    else forms.push(form);
  }
  forms.sort((a, b) => textOf(b) - textOf(a));

  const sentence = (text: string): string | undefined => {
    const whole = plain.get(text);
    if (whole !== undefined) return whole;
    for (const form of forms) {
      const values = valuesIn(text, form);
      if (values !== undefined && (hasText(form) || isKnown(form, values))) return fill(form, values, translate);
    }
    return undefined;
  };
  const isKnown = ({ places }: Form, values: readonly string[]): boolean => {
    const said = values.filter((_, index) => places[index]?.kind === 'said');
    return said.length === 0 || said.some((value) => severalOf(value, sentence) !== undefined);
  };
  const translate = (text: string): string => severalOf(text, sentence) ?? text;
  return translate;
}

export function formOf(english: string, other: string): Form {
  const [first = '', ...parts] = english.split(PLACE);
  const [literals, places]: [string[], { name: string; kind: string | undefined }[]] = [[first], []];
  for (let at = 0; at < parts.length; at += 3) {
    places.push({ name: parts[at] ?? '', kind: parts[at + 1] });
    literals.push(parts[at + 2] ?? '');
  }
  return { literals, places, said: other.split(/\{([a-zA-Z]\w*)\}/) };
}

/** `{what}: {words}` has none, and would fit half of all sentences: it counts where what stands in its places is known. */
function hasText({ literals }: Form): boolean {
  return literals.some((literal) => /\p{L}/u.test(literal));
}

function textOf({ literals }: Form): number {
  return literals.reduce((sum, literal) => sum + literal.length, 0);
}

/** What stands in the places, a character at least in each; undefined where the form does not fit. Once through the text, without going back. */
function valuesIn(text: string, { literals }: Form): readonly string[] | undefined {
  const [first = '', ...later] = literals;
  const last = later.pop() ?? '';
  if (!text.startsWith(first) || !text.endsWith(last)) return undefined;
  const values: string[] = [];
  let at = first.length;
  for (const literal of later) {
    const next = text.indexOf(literal, at + 1);
    if (next < 0) return undefined;
    values.push(text.slice(at, next));
    at = next + literal.length;
  }
  const end = text.length - last.length;
  if (end <= at) return undefined;
  values.push(text.slice(at, end));
  return values;
}

function fill({ places, said }: Form, values: readonly string[], translate: Translate): string {
  const inPlace = new Map(places.map(({ name, kind }, index) => [name, shown(values[index] ?? '', kind, translate)]));
  return said.map((part, index) => (index % 2 === 0 ? part : inPlace.get(part) ?? '')).join('');
}

function shown(value: string, kind: string | undefined, translate: Translate): string {
  if (kind === 'said') return translate(value);
  if (kind === 'list') return value.split('; ').map(translate).join('、');
  return kind === 'either' ? value.split(/, | or | and /).join('、') : value;
}

/**
 * Sentences that the API has put behind each other are said one by one; undefined where one of them is not known. A sentence
 * that is a whole form is found among the others before several together are taken for one.
 */
function severalOf(text: string, sentence: (text: string) => string | undefined): string | undefined {
  const starts = [0, ...[...text.matchAll(/[.!?] (?=\S)/g)].map(({ index }) => index + 2)];
  const rest: (string | undefined)[] = [...starts.map(() => undefined), ''];
  for (let from = starts.length - 1; from >= 0; from -= 1) {
    for (let to = from + 1; to <= starts.length && rest[from] === undefined; to += 1) {
      const after = rest[to];
      const said = after === undefined ? undefined : sentence(text.slice(starts[from], (starts[to] ?? text.length + 1) - 1));
      if (said !== undefined) rest[from] = after === '' || said.endsWith('。') ? `${said}${after}` : `${said} ${after}`;
    }
  }
  return rest[0];
}
