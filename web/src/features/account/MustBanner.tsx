import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/Button';
import { Icon } from '@/ui/icons';

const TARGET: Record<string, string> = { enrol_totp: 'account-factor', change_password: 'account-password' };

/** What stands between the person and the work, and where to do it. */
export function MustBanner({ must }: { must: readonly ('enrol_totp' | 'change_password')[] }) {
  const { t } = useTranslation();
  const go = (one: string): void => {
    const section = document.getElementById(TARGET[one] ?? '');
    section?.scrollIntoView({ block: 'start' });
    section?.querySelector<HTMLElement>('input, button')?.focus({ preventScroll: true });
  };
  return (
    <div className="kd-must" role="note" aria-label={t('account.must.title')}>
      <span className="kd-must-icon"><Icon name="shield-alert" size={20} /></span>
      <div className="kd-grow">
        <h2>{t('account.must.title')}</h2>
        <p>{t('account.must.text')}</p>
        <ul>
          {must.map((one) => (
            <li key={one}><Icon name="arrow-right" size={14} /><Button kind="link" onClick={() => go(one)}>{t(`account.must.${one}`)}</Button></li>
          ))}
        </ul>
      </div>
    </div>
  );
}
