/** The component set writes its fonts into its style sheet, all eight of them. As files a browser loads those that a page shows, and the content security policy needs no data: addresses. */
import type { Plugin } from 'vite';

const FONT = /url\((['"]?)data:font\/woff2;base64,([^'")]+)\1\)/g;

export function fontsToFiles(): Plugin {
  return {
    name: 'wavecast-fonts-to-files',
    apply: 'build',
    generateBundle(_, bundle) {
      for (const sheet of Object.values(bundle)) {
        if (sheet.type !== 'asset' || !sheet.fileName.endsWith('.css')) continue;
        sheet.source = String(sheet.source).replaceAll(FONT, (_match, _quote, base64: string) => {
          const file = this.emitFile({ type: 'asset', name: 'open-sans.woff2', source: Buffer.from(base64, 'base64') });
          return `url(/${this.getFileName(file)})`;
        });
      }
    },
  };
}
