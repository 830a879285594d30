/** Languages: zh-CN is the source of every text, en follows it; each is loaded when it is used. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '@/theme/preferences';

interface LanguageBundle { messages: Record<string, unknown> }

const loaders: Record<Language, () => Promise<LanguageBundle>> = {
  'zh-CN': () => import('./zh-CN'),
  en: () => import('./en'),
};
const loaded = new Map<Language, LanguageBundle>();

void i18next.use(initReactI18next).init({
  lng: 'zh-CN',
  fallbackLng: false,
  resources: {},
  interpolation: { escapeValue: false },
  react: { useSuspense: false },
  showSupportNotice: false,
} as Parameters<typeof i18next.init>[0]);

/** Loads a language and switches to it. */
export async function switchLanguage(language: Language): Promise<void> {
  const bundle = loaded.get(language) ?? (await loaders[language]());
  loaded.set(language, bundle);
  i18next.addResourceBundle(language, 'translation', bundle.messages, true, true);
  await i18next.changeLanguage(language);
}
