/** The frame of pages that need no session: brand, language, appearance, one card. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from '@/app/Logo';
import { setPreferences, usePreferences } from '@/theme/preferences';
import { Button, IconButton } from '@/ui/Button';
import { Icon } from '@/ui/icons';
import './session.css';

export function PublicFrame({ title, text, children, wide }: { title: ReactNode; text?: ReactNode; children: ReactNode; wide?: boolean }) {
  const { t } = useTranslation();
  const { language, appearance } = usePreferences();
  const dark = appearance === 'dark';
  return (
    <div className="kd-public">
      <header className="kd-public-top">
        <span className="kd-public-brand"><Logo size={26} />{t('app.name')}</span>
        <span className="kd-row">
          <Button kind="quiet" icon="language" onClick={() => setPreferences({ language: language === 'en' ? 'zh-CN' : 'en' })}>{language === 'en' ? t('language.zh') : t('language.en')}</Button>
          <IconButton icon={dark ? 'sun' : 'moon'} label={dark ? t('appearance.light') : t('appearance.dark')} onClick={() => setPreferences({ appearance: dark ? 'light' : 'dark' })} />
        </span>
      </header>
      <main className={wide ? 'kd-public-card kd-public-wide' : 'kd-public-card'}>
        <h1>{title}</h1>
        {text ? <p className="kd-muted">{text}</p> : null}
        {children}
      </main>
      <footer className="kd-public-foot"><Icon name="shield-check" size={14} />{t('signIn.promise')}</footer>
    </div>
  );
}
