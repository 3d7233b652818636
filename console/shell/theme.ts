/** Light or dark: as the system has it, until the person chooses. */
import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useEffect, useState } from 'react';
import { kept } from './kept.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const chosen = kept('theme');
const night = matchMedia('(prefers-color-scheme: dark)');

function modeOf(theme: Theme): Mode {
  return theme === 'dark' || (theme === 'system' && night.matches) ? Mode.Dark : Mode.Light;
}

export function keptTheme(): Theme {
  return themes.find((theme) => theme === chosen.read()) ?? 'system';
}

/** Before the first picture: nobody sees the other theme flash. */
export function applyTheme(theme: Theme): void {
  applyMode(modeOf(theme));
  document.documentElement.style.colorScheme = modeOf(theme) === Mode.Dark ? 'dark' : 'light';
}

export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(keptTheme);
  useEffect(() => {
    applyTheme(theme);
    if (theme !== 'system') return undefined;
    const follow = (): void => { applyTheme('system'); };
    night.addEventListener('change', follow);
    return () => { night.removeEventListener('change', follow); };
  }, [theme]);
  return [theme, (next) => {
    chosen.write(next);
    setTheme(next);
  }];
}
