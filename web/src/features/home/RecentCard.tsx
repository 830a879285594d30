import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRecent } from '@/app/at-hand';
import { objectIcon } from '@/app/icons';
import { Icon } from '@/ui/icons';
import { KeyboardHint } from '@/ui/KeyboardHint';
import { Section } from '@/ui/PageHeader';
import { usePhone } from '@/ui/useMedia';

/** What was opened in this visit, and the quickest way to everything else. */
export function RecentCard() {
  const { t } = useTranslation();
  const phone = usePhone();
  const recents = useRecent();
  return (
    <Section flush title={t('home.recent')}>
      {recents.length > 0 ? (
        <ul className="kd-recents">
          {recents.slice(0, 6).map((one) => (
            <li key={one.id}><Link to="/o/$object/$id" params={{ object: one.object, id: one.id }}><Icon name={objectIcon(one.object)} size={15} /><span className="kd-truncate">{one.title ?? t('record.hiddenTitle')}</span></Link></li>
          ))}
        </ul>
      ) : (
        <p className="kd-home-note kd-muted">{t('home.recentNone')}</p>
      )}
      {phone ? null : <p className="kd-home-hint"><Icon name="search" size={14} />{t('home.searchHint')}<KeyboardHint keys="Mod+K" /></p>}
    </Section>
  );
}
