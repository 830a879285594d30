import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { objectsQuery } from '@/api/queries';
import { useFormats } from '@/i18n/format';
import { Icon } from '@/ui/icons';
import { objectDestinations } from './navigation';

/** The four places a salesperson needs on the road, and the search. */
export function PhoneTabs({ onSearch }: { onSearch: () => void }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const { data: objects = [] } = useQuery(objectsQuery);
  const places = objectDestinations(objects.map((object) => ({ ...object, en_plural: object.en })), pick).filter((one) => one.key !== 'lead' && one.key !== 'follow_up').slice(0, 3);
  return (
    <nav className="kd-tabbar" aria-label={t('shell.navigation')}>
      <Link to="/" activeOptions={{ exact: true }}><Icon name="home" size={20} />{t('nav.home')}</Link>
      {places.map((place) => (
        <Link key={place.key} to={place.to} activeOptions={{ includeSearch: false }}><Icon name={place.icon} size={20} />{place.label}</Link>
      ))}
      <button type="button" onClick={onSearch}><Icon name="search" size={20} />{t('shell.searchShort')}</button>
    </nav>
  );
}
