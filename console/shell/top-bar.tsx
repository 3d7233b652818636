/** Above all pages: language, theme, and who is signed in. */
import type { ReactNode } from 'react';
import TopNavigation, { type TopNavigationProps } from '@cloudscape-design/components/top-navigation';
import { useConsole } from '../console.ts';
import { useLanguage, useWords } from '../language/language.tsx';
import { bilingual, languages } from '../language/words.ts';
import { useSession } from '../session/use-session.ts';
import { themes, useTheme } from './theme.ts';

const words = bilingual({
  language: ['Language', '言語'],
  theme: ['Theme', 'テーマ'],
  system: ['As the system', 'システムに合わせる'],
  light: ['Light', 'ライト'],
  dark: ['Dark', 'ダーク'],
  role: [(role: string) => `Role: ${role}`, (role: string) => `役割: ${role}`],
  signOut: ['Sign out', 'サインアウト'],
});

const languageNames = { en: 'English', ja: '日本語' } as const;

export function TopBar(): ReactNode {
  const say = useWords(words);
  const { language, choose } = useLanguage();
  const [theme, setTheme] = useTheme();
  const { session } = useConsole();
  const state = useSession();
  const utilities: TopNavigationProps.Utility[] = [
    {
      type: 'menu-dropdown', iconName: 'globe', text: languageNames[language], ariaLabel: `${say.language}: ${languageNames[language]}`,
      items: languages.map((id) => ({ id, text: languageNames[id], itemType: 'checkbox' as const, checked: id === language })),
      onItemClick: ({ detail }) => { languages.filter((each) => each === detail.id).forEach(choose); },
    },
    {
      type: 'menu-dropdown', iconName: 'settings', text: say.theme, ariaLabel: say.theme,
      items: themes.map((id) => ({ id, text: say[id], itemType: 'checkbox' as const, checked: id === theme })),
      onItemClick: ({ detail }) => { themes.filter((each) => each === detail.id).forEach(setTheme); },
    },
    ...(state.is === 'signed-out' ? [] : [{
      type: 'menu-dropdown' as const, iconName: 'user-profile' as const, text: state.person.name, description: say.role(state.person.role ?? '-'),
      items: [{ id: 'sign-out', text: say.signOut }],
      onItemClick: () => { void session.signOut(); },
    }]),
  ];
  return <TopNavigation identity={{ href: '/', title: 'Wavecast', logo: { src: '/mark.svg', alt: '' } }} utilities={utilities} />;
}
