import 'virtual:kedun-tokens.css';
import './theme/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { switchLanguage } from './i18n';
import { preferences } from './theme/preferences';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root element');
void switchLanguage(preferences().language).then(() => {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
});
