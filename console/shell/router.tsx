/** Addresses and pages. Each page is a file of its own, loaded when it is first gone to. */
import { createBrowserRouter } from 'react-router';
import { pages } from '../pages/pages.ts';
import { Crash } from './crash.tsx';
import { NotFound } from './not-found.tsx';
import { Shell } from './shell.tsx';

export function router(): ReturnType<typeof createBrowserRouter> {
  return createBrowserRouter([{
    element: <Shell />,
    errorElement: <Crash />,
    hydrateFallbackElement: <></>,
    children: [
      ...pages.map(({ path, load }) => ({
        path,
        // A page that fails takes itself down, not the navigation.
        errorElement: <Crash />,
        lazy: async () => ({ Component: (await load()).default }),
      })),
      { path: '*', element: <NotFound /> },
    ],
  }]);
}
