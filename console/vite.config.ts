/** How the console is built: one page, a file for each page of the application, every name with a digest of its content. */
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { overLocalCloud } from './dev-server.ts';
import { fontsToFiles } from './fonts-to-files.ts';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), fontsToFiles(), overLocalCloud()],
  build: {
    outDir: join(import.meta.dirname, '..', 'dist', 'console'),
    emptyOutDir: true,
    // Of which pages what is loaded: test/infra/console-build.test.ts weighs it.
    manifest: true,
    // Everything is a file of its own: the content security policy knows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_500,
    target: 'es2023',
  },
});
