/** Where the console begins: its settings, the session of this tab, and then the first picture. */
import '@cloudscape-design/global-styles/index.css';
import './console.css';
import { createRoot } from 'react-dom/client';
import { createPulse, createAnswers } from './api/answers.ts';
import { createClient } from './api/client.ts';
import { App } from './app.tsx';
import { openSession } from './session/session.ts';
import { readSettings } from './settings.ts';
import { router } from './shell/router.tsx';
import { applyTheme, keptTheme } from './shell/theme.ts';

applyTheme(keptTheme());
const root = createRoot(document.getElementById('console') ?? document.body);
try {
  const settings = await readSettings();
  const session = await openSession(settings, (path) => { history.replaceState(undefined, '', path); });
  // The addresses are read from here on: the sign-in may have led to another one.
  root.render(<App parts={{ settings, session, api: createClient(settings.apiUrl, session), pulse: createPulse() }} answers={createAnswers()} routes={router()} />);
} catch (error) {
  // Nothing of the console is there yet, and no language: what went wrong is for whoever has just deployed it.
  root.render(<main className="broken"><h1>Wavecast</h1><p>{error instanceof Error ? error.message : 'The console could not begin.'}</p><p>Reload the page. When it stays so, look at the console's files and its config.json.</p></main>);
}
