import 'virtual:kedun-tokens.css';
import './theme/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { createQueryClient } from './app/client';
import { firstLoad } from './app/first-load';
import { createAppRouter } from './app/router';
import { switchLanguage } from './i18n';
import { preferences } from './theme/preferences';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root element');
const client = createQueryClient();
const router = createAppRouter(client);
const speaking = switchLanguage(preferences().language);
firstLoad(client, router);
void speaking.then(() => {
  createRoot(root).render(
    <StrictMode>
      <App client={client} router={router} />
    </StrictMode>,
  );
});
