import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { Problem } from './api/problem';
import { App } from './app';
import { loadLanguage, startI18n } from './i18n/i18n';
import { Viewing } from './i18n/language';
import { sessionEnded } from './session/session';
import { reloadAfterUpgrade } from './shell/upgrade';
import { chooseFont } from './theme/fonts';
import { browserLanguage, languagePreference } from './theme/preferences';
import './theme/base.css';

/** Whatever is refused for want of a session shows the sign-in page; what was typed is kept as a draft. */
const onError = (e: unknown): void => {
  if (e instanceof Problem && e.status === 401) sessionEnded(client);
};

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 5000,
      retry: (failures, e) => failures < 2 && e instanceof Problem && (e.status === 0 || e.status >= 500),
    },
    mutations: { networkMode: 'always' },
  },
});

async function start(root: HTMLElement): Promise<void> {
  const language = languagePreference.get() ?? browserLanguage();
  reloadAfterUpgrade();
  await startI18n();
  await Promise.all([loadLanguage(language), chooseFont()]);
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Viewing initial={language}>
          <BrowserRouter>
            <App />
          </BrowserRouter>
        </Viewing>
      </QueryClientProvider>
    </StrictMode>,
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');
void start(root);
