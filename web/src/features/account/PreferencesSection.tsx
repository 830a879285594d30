/** Language, appearance and row height of this browser; the language is also kept with the account. */
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { setPreferences, usePreferences, type Language } from '@/theme/preferences';
import { Segmented } from '@/ui/Field';
import { Section } from '@/ui/PageHeader';

export function PreferencesSection() {
  const { t } = useTranslation();
  const { appearance, language, density } = usePreferences();
  const speak = (next: Language): void => {
    setPreferences({ language: next });
    // The page has changed already; the account only decides about new browsers and messages.
    void api.patch('/me', { locale: next }).catch(() => undefined);
  };
  return (
    <Section title={t('account.preferences.title')} description={t('account.preferences.text')}>
      <div className="kd-prefs">
        <div><span>{t('language.title')}</span><Segmented label={t('language.title')} value={language} onChange={speak} options={[{ value: 'zh-CN', label: t('language.zh') }, { value: 'en', label: t('language.en') }]} /></div>
        <div><span>{t('appearance.title')}</span><Segmented label={t('appearance.title')} value={appearance} onChange={(next) => setPreferences({ appearance: next })} options={(['light', 'dark', 'system'] as const).map((one) => ({ value: one, label: t(`appearance.${one}`) }))} /></div>
        <div><span>{t('density.title')}</span><Segmented label={t('density.title')} value={density} onChange={(next) => setPreferences({ density: next })} options={(['compact', 'normal', 'relaxed'] as const).map((one) => ({ value: one, label: t(`density.${one}`) }))} /></div>
      </div>
    </Section>
  );
}
