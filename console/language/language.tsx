/** The language of the console: chosen by the person, kept in this browser, known to every text, number and date. */
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import { I18nProvider, type I18nProviderProps } from '@cloudscape-design/components/i18n';
import english from '@cloudscape-design/components/i18n/messages/all.en';
import { kept } from '../shell/kept.ts';
import { formats, tagFor, type Formats } from './formats.ts';
import { languageFor, speak, type Language, type Spoken, type Words } from './words.ts';

interface Speaking {
  readonly language: Language;
  readonly choose: (language: Language) => void;
  readonly formats: Formats;
}

const LanguageContext = createContext<Speaking | undefined>(undefined);
const chosen = kept('language');

/** Texts of the components themselves: English is here, the others come when they are asked for. */
const messagesOf: Readonly<Record<Language, () => Promise<I18nProviderProps.Messages>>> = {
  en: () => Promise.resolve(english),
  ja: async () => (await import('@cloudscape-design/components/i18n/messages/all.ja')).default,
};

export function LanguageProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState(() => languageFor(chosen.read(), navigator.languages));
  const [messages, setMessages] = useState<I18nProviderProps.Messages>(english);
  useEffect(() => {
    document.documentElement.lang = language;
    let wanted = true;
    void messagesOf[language]().then((found) => { if (wanted) setMessages(found); });
    return () => { wanted = false; };
  }, [language]);
  const speaking = useMemo((): Speaking => ({
    language, formats: formats(tagFor(language, navigator.languages)),
    choose: (next) => {
      chosen.write(next);
      setLanguage(next);
    },
  }), [language]);
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

/** Numbers, sizes and dates as the language writes them. */
export function useFormats(): Formats {
  return useLanguage().formats;
}
