/** The language of the console: chosen by the person, kept in this browser, known to every text, number and date. */
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import { I18nProvider, type I18nProviderProps } from '@cloudscape-design/components/i18n';
import englishMessages from '@cloudscape-design/components/i18n/messages/all.en';
import { kept } from '../shell/kept.ts';
import { formats, tagFor, type Formats } from './formats.ts';
import type { Translate } from './sentences.ts';
import { languageFor, speak, type Language, type Spoken, type Words } from './words.ts';

interface Speaking {
  readonly language: Language;
  readonly choose: (language: Language) => void;
  readonly formats: Formats;
  readonly said: Translate;
}

const LanguageContext = createContext<Speaking | undefined>(undefined);
const chosen = kept('language');

/** What others say: the components' own texts, and the API's sentences. */
interface Others {
  readonly messages: I18nProviderProps.Messages;
  readonly said: Translate;
}

const english: Others = { messages: englishMessages, said: (sentence) => sentence };
/** English is here; the other comes when it is asked for. */
const othersIn: Readonly<Record<Language, () => Promise<Others>>> = {
  en: () => Promise.resolve(english),
  ja: async () => {
    const [messages, sentences] = await Promise.all([import('@cloudscape-design/components/i18n/messages/all.ja'), import('./japanese/sentences.ts')]);
    return { messages: messages.default, said: sentences.inJapanese };
  },
};

export function LanguageProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState(() => languageFor(chosen.read(), navigator.languages));
  const [{ messages, said }, setOthers] = useState(english);
  useEffect(() => {
    document.documentElement.lang = language;
    let wanted = true;
    // What does not arrive is said in English.
    othersIn[language]().then((found) => { if (wanted) setOthers(found); }, () => undefined);
    return () => { wanted = false; };
  }, [language]);
  const speaking = useMemo((): Speaking => ({
    language, formats: formats(tagFor(language, navigator.languages)), said,
    choose: (next) => {
      chosen.write(next);
      setLanguage(next);
    },
  }), [language, said]);
  return <LanguageContext value={speaking}><I18nProvider locale={language} messages={[messages]}>{children}</I18nProvider></LanguageContext>;
}

export function useLanguage(): Speaking {
  const speaking = use(LanguageContext);
  if (speaking === undefined) throw new Error('There is no LanguageProvider around this.');
  return speaking;
}

/** A page's texts in the language that is spoken. */
export function useWords<W extends Words>(words: W): Spoken<W> {
  return speak(words, useLanguage().language);
}

/** A sentence of the API, which speaks English, in the language that is spoken; one that nobody has translated as it is. */
export function useSaid(): Translate {
  return useLanguage().said;
}

/** Numbers, sizes and dates as the language writes them. */
export function useFormats(): Formats {
  return useLanguage().formats;
}
