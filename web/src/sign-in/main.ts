import 'virtual:kedun-tokens.css';
import '@/theme/base.css';
import '@/ui/button.css';
import '@/ui/field.css';
import '@/ui/notice.css';
import { fetchAfterwards } from './afterwards';
import { nextOf } from './next';
import { mountSignInPage } from './page';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root element');
const next = nextOf(new URLSearchParams(window.location.search).get('next')) ?? '/';
// The part behind the # is never sent, so it is still here after the server led here.
const target = next.includes('#') ? next : next + window.location.hash;
mountSignInPage(root, {
  onSignedIn: () => window.location.replace(target),
  onSetup: () => window.location.replace('/setup'),
});
// Coming back by the history shows this page as it was left: it looks again who is signed in.
window.addEventListener('pageshow', (event) => { if (event.persisted) window.location.reload(); });
if (document.readyState === 'complete') fetchAfterwards();
else window.addEventListener('load', fetchAfterwards, { once: true });
