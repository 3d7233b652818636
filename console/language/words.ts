/** Texts in the languages of the console. Both stand beside each other, so that none is forgotten: one alone does not compile. */

export const languages = ['en', 'ja'] as const;
export type Language = (typeof languages)[number];

type Sentence = (...values: never[]) => string;
/** English and Japanese; with values, functions that take the same. */
type Said = readonly [en: string, ja: string] | readonly [en: Sentence, ja: Sentence];
export type Words = Readonly<Record<string, Said>>;

/** The texts in one language. */
export type Spoken<W extends Words> = { readonly [K in keyof W]: W[K][0] extends string ? string : W[K][0] };

/** Where the Japanese takes other values than the English, the key is refused. */
type Alike<W extends Words> = { readonly [K in keyof W]: W[K] extends readonly [infer E extends Sentence, infer J] ? (J extends E ? W[K] : never) : W[K] };

/** Declares the texts of a page or a part. */
export function bilingual<const W extends Words>(words: W & Alike<W>): W {
  return words;
}

const spoken = new WeakMap<Words, Partial<Record<Language, unknown>>>();

/** The texts in a language; the same object each time. */
export function speak<W extends Words>(words: W, language: Language): Spoken<W> {
  const known = spoken.get(words) ?? {};
  const made = known[language] ?? Object.fromEntries(Object.entries(words).map(([key, said]) => [key, said[languages.indexOf(language)]]));
  spoken.set(words, { ...known, [language]: made });
  // Its keys are those of `words`, each with its text in one of the languages.
  return made as Spoken<W>;
}

/** The language to begin with: the one chosen before, else the first of the browser's that the console speaks. */
export function languageFor(chosen: string | null, browser: readonly string[]): Language {
  const wanted = [chosen ?? '', ...browser].map((tag) => tag.toLowerCase().split('-')[0]);
  return wanted.map((tag) => languages.find((language) => language === tag)).find((language) => language !== undefined) ?? 'en';
}
