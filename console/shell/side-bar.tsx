import type { ReactNode } from 'react';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import { matchPath, useLocation } from 'react-router';
import { useWords } from '../language/language.tsx';
import { names, pages } from '../pages/pages.ts';

export function SideBar(): ReactNode {
  const say = useWords(names);
  const { pathname } = useLocation();
  const shown = pages.flatMap(({ path, name }) => (name === undefined ? [] : [{ type: 'link' as const, text: say[name], href: path }]));
  // A page below another is reached from it: that one stays marked.
  const under = pages.find(({ path }) => matchPath(path, pathname) !== null)?.under;
  const active = shown.findLast(({ href }) => href === (under ?? pathname) || (href !== '/' && pathname.startsWith(`${href}/`)));
  return <SideNavigation items={shown} {...(active === undefined ? {} : { activeHref: active.href })} />;
}
