/** The console around its pages: what they work with, from the outermost to the innermost. */
import type { ReactNode } from 'react';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { RouterProvider } from 'react-router/dom';
import { ConsoleContext, type Console } from './console.ts';
import { LanguageProvider } from './language/language.tsx';
import type { router } from './shell/router.tsx';

export function App({ parts, answers, routes }: { readonly parts: Console; readonly answers: QueryClient; readonly routes: ReturnType<typeof router> }): ReactNode {
  return (
    <ConsoleContext value={parts}>
      <LanguageProvider>
        <QueryClientProvider client={answers}>
          <RouterProvider router={routes} />
        </QueryClientProvider>
      </LanguageProvider>
    </ConsoleContext>
  );
}
