/** The frame of pages that need no session: brand, language, appearance, one card. */
import { currentMode, preferences, setPreferences } from '@/theme/choices';
import { el, icon, Live, logo, put, shield, t } from './dom';
import '@/theme/logo.css';
import './frame.css';

const PROMISES = [['least', 'users'], ['sealedData', 'lock'], ['recorded', 'shield-check']] as const;

export interface Frame { card: HTMLElement; live: Live; end: () => void }

/** Draws the frame into a place; what it is for goes into its card. */
export function mountFrame(place: Element, wide = false): Frame {
  const live = new Live();
  const language = el('button', { type: 'button', class: 'kd-button kd-button-quiet' });
  const mode = el('button', { type: 'button', class: 'kd-icon-button' });
  language.addEventListener('click', () => setPreferences({ language: preferences().language === 'en' ? 'zh-CN' : 'en' }));
  mode.addEventListener('click', () => setPreferences({ appearance: currentMode() === 'dark' ? 'light' : 'dark' }));
  live.on(() => {
    const english = preferences().language === 'en';
    const dark = currentMode() === 'dark';
    put(language, { lang: english ? 'zh-CN' : 'en' });
    language.replaceChildren(icon('languages'), el('span', { class: 'kd-truncate' }, t(english ? 'language.zh' : 'language.en')));
    put(mode, { 'aria-label': t(dark ? 'appearance.light' : 'appearance.dark'), title: t(dark ? 'appearance.light' : 'appearance.dark') });
    mode.replaceChildren(icon(dark ? 'sun' : 'moon'));
  });
  const brand = (size: number, className = ''): HTMLElement => el('span', { class: `kd-public-brand ${className}` }, logo(size), live.text('app.name'));
  const card = el('main', { class: wide ? 'kd-public-card kd-public-wide' : 'kd-public-card' });
  const root = el('div', { class: wide ? 'kd-public' : 'kd-public kd-public-split' },
    wide ? null : el('aside', { class: 'kd-public-side' },
      shield(),
      brand(28),
      el('div', {},
        el('p', { class: 'kd-public-line' }, live.text('signIn.line')),
        el('ul', {}, ...PROMISES.map(([key, name]) => el('li', {}, icon(name, 18), el('div', {}, el('strong', {}, live.text(`signIn.${key}.title`)), el('p', {}, live.text(`signIn.${key}.text`)))))))),
    el('header', { class: 'kd-public-top' }, brand(26, 'kd-public-name'), el('span', { class: 'kd-row' }, language, mode)),
    card,
    el('footer', { class: 'kd-public-foot' }, icon('shield-check', 14), live.text('signIn.promise')));
  place.append(root);
  return { card, live, end: () => { live.end(); root.remove(); } };
}
