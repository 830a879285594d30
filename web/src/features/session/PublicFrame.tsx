/** The frame of pages that need no session: brand, language, appearance, one card. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from '@/app/Logo';
import { setPreferences, useMode, usePreferences } from '@/theme/preferences';
import { Button, IconButton } from '@/ui/Button';
import { Icon, type IconName } from '@/ui/icons';
import './session.css';

const PROMISES: readonly { key: string; icon: IconName }[] = [{ key: 'least', icon: 'users' }, { key: 'sealedData', icon: 'lock' }, { key: 'recorded', icon: 'shield-check' }];

export function PublicFrame({ title, text, children, wide }: { title: ReactNode; text?: ReactNode; children: ReactNode; wide?: boolean }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const dark = useMode() === 'dark';
  return (
    <div className={wide ? 'kd-public' : 'kd-public kd-public-split'}>
      {wide ? null : <Promises />}
      <header className="kd-public-top">
        <span className="kd-public-brand kd-public-name"><Logo size={26} />{t('app.name')}</span>
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

/** What the product stands for, beside the form where there is room. */
function Promises() {
  const { t } = useTranslation();
  return (
    <aside className="kd-public-side">
      <svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 2 4 6.5v8.7C4 22.3 9 28 16 30c7-2 12-7.7 12-14.8V6.5z" /></svg>
      <span className="kd-public-brand"><Logo size={28} />{t('app.name')}</span>
      <div>
        <p className="kd-public-line">{t('signIn.line')}</p>
        <ul>
          {PROMISES.map(({ key, icon }) => (
            <li key={key}><Icon name={icon} size={18} /><div><strong>{t(`signIn.${key}.title`)}</strong><p>{t(`signIn.${key}.text`)}</p></div></li>
          ))}
        </ul>
      </div>
    </aside>
  );
}
