/** The frame of all pages: top bar, navigation, notices. Shows the landing page to whoever is not signed in. */
import { useState, type MouseEvent, type ReactNode } from 'react';
import AppLayout from '@cloudscape-design/components/app-layout';
import { Outlet, useNavigate, useNavigation } from 'react-router';
import { ConfirmProvider } from '../parts/confirm.tsx';
import { useWords } from '../language/language.tsx';
import { bilingual } from '../language/words.ts';
import type { SessionState } from '../session/session.ts';
import { useSession } from '../session/use-session.ts';
import { Landing } from './landing.tsx';
import { NoRole } from './no-role.tsx';
import { NoticesBar, NoticesProvider } from './notices.tsx';
import { SideBar } from './side-bar.tsx';
import { TopBar } from './top-bar.tsx';

const words = bilingual({
  loading: ['Loading the page', 'ページを読み込み中'],
});

export function Shell(): ReactNode {
  const session = useSession();
  const follow = useFollow();
  return (
    // Every link of every component is an anchor: one place decides that it stays in the page.
    <div onClick={follow}>
      <div id="top"><TopBar /></div>
      <NoticesProvider><ConfirmProvider><Door session={session} /></ConfirmProvider></NoticesProvider>
    </div>
  );
}

function Door({ session }: { readonly session: SessionState }): ReactNode {
  if (session.is === 'signed-out') return <Landing because={session.because} />;
  return session.person.role === undefined ? <NoRole name={session.person.name} /> : <Inside />;
}

function Inside(): ReactNode {
  const say = useWords(words);
  const [open, setOpen] = useState(() => matchMedia('(min-width: 700px)').matches);
  const arriving = useNavigation().state !== 'idle';
  return (
    <AppLayout
      headerSelector="#top"
      navigation={<SideBar />} navigationOpen={open} onNavigationChange={({ detail }) => { setOpen(detail.open); }}
      notifications={<NoticesBar />} stickyNotifications
      toolsHide
      content={<div aria-busy={arriving}>{arriving ? <span className="unseen" role="status">{say.loading}</span> : null}<Outlet /></div>}
    />
  );
}

/** Goes to addresses of the console without loading it anew; leaves others, and clicks that ask for a tab of their own, to the browser. */
function useFollow(): (event: MouseEvent) => void {
  const navigate = useNavigate();
  return (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (link === null || !plain || link.target === '_blank' || link.hasAttribute('download') || link.origin !== location.origin || link.getAttribute('href')?.startsWith('#') !== false) return;
    event.preventDefault();
    void navigate(`${link.pathname}${link.search}${link.hash}`);
  };
}
