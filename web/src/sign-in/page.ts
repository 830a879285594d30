/** The sign-in page: drawn at once, while the server is asked whether there is anything to sign in to. */
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { Session, SignedIn } from '@/api/types';
import { el, icon, t } from './dom';
import { mountSignInForm } from './form';
import { mountFrame } from './frame';

export interface PageOptions {
  /** Also when somebody was signed in already. */
  onSignedIn: (session: SignedIn) => void;
  /** There is no organisation yet. */
  onSetup: () => void;
}

/** Draws the page into a place and returns what removes it. */
export function mountSignInPage(place: Element, { onSignedIn, onSetup }: PageOptions): () => void {
  const { card, live, end } = mountFrame(place);
  const org = el('p', { class: 'kd-muted kd-public-org' });
  const notice = el('div', { role: 'alert', hidden: true });
  const retry = el('button', { type: 'button', class: 'kd-button kd-button-small' }, live.text('common.retry'));
  const body = el('div', { class: 'kd-public-body' });
  card.append(el('h1', {}, live.text('signIn.title')), org, notice, body);
  const title = document.title;
  live.on(() => { document.title = `${t('signIn.title')} · ${t('app.name')}`; });
  let said: { tone: string; title?: string; text: string; again?: boolean } | null = null;
  live.on(() => {
    notice.hidden = !said;
    notice.className = said ? `kd-notice kd-notice-${said.tone}` : '';
    notice.replaceChildren(...(said ? [icon('triangle-exclamation-point'), el('div', { class: 'kd-grow' }, said.title ? el('strong', {}, t(said.title)) : null, el('div', {}, t(said.text))), ...(said.again ? [retry] : [])] : []));
  });
  const say = (what: typeof said): void => { said = what; live.draw(); };
  let ended = false;
  let unmount: (() => void) | null = mountSignInForm(body, { onSignedIn });
  const look = async (): Promise<void> => {
    try {
      const session = await api.get<Session>('/session', { anonymous: true });
      if (ended) return;
      if (session.signed_in) return onSignedIn(session);
      if (session.state === 'setup') return onSetup();
      org.textContent = session.org_name;
      if (session.state === 'sealed') {
        unmount?.();
        unmount = null;
        say({ tone: 'warning', title: 'signIn.sealedTitle', text: 'signIn.sealed' });
      } else say(null);
    } catch (error) {
      if (ended) return;
      const sealed = asProblem(error).code === 'sealed';
      say(sealed ? { tone: 'warning', title: 'signIn.sealedTitle', text: 'signIn.sealed', again: true } : { tone: 'danger', title: 'error.offlineTitle', text: 'error.offline', again: true });
    }
  };
  retry.addEventListener('click', () => void look());
  void look();
  return () => { ended = true; unmount?.(); document.title = title; end(); };
}
