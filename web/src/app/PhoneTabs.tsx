import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { objectsQuery } from '@/api/queries';
import type { SignedIn } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Icon } from '@/ui/icons';
import { Menu } from '@/ui/Menu';
import { adminDestinations, objectDestinations, toolDestinations, type Destination } from './navigation';

const PLACES = 3;
/** What a salesperson opens most on the road comes first. */
const FIRST = ['account', 'contact', 'opportunity'];

/** The start page, the three places used most, and all others in a sheet. */
export function PhoneTabs({ me }: { me: SignedIn }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const { data: objects = [] } = useQuery(objectsQuery);
  const rank = (place: Destination): number => (FIRST.includes(place.key) ? FIRST.indexOf(place.key) : FIRST.length);
  const records = objectDestinations(objects, pick).sort((a, b) => rank(a) - rank(b));
  const places = [...records, ...toolDestinations(me), ...adminDestinations(me)];
  const shown = records.length > 0 ? places.slice(0, PLACES) : adminDestinations(me).slice(0, PLACES);
  const rest = places.filter((place) => !shown.includes(place) && !shown.some((one) => one.key === place.key));
  const label = (place: Destination): string => place.label ?? t(place.labelKey ?? '');
  const elsewhere = rest.some((place) => pathname.startsWith(place.to));
  return (
    <nav className="kd-tabbar" aria-label={t('shell.navigation')}>
      <Link to="/" activeOptions={{ exact: true }}><Icon name="home" size={20} />{t('nav.home')}</Link>
      {shown.map((place) => (
        <Link key={place.key} to={place.to} activeOptions={{ includeSearch: false }}><Icon name={place.icon} size={20} /><span className="kd-truncate">{label(place)}</span></Link>
      ))}
      {rest.length > 0 ? (
        <Menu placement="topRight" items={rest.map((place) => ({ key: place.key, icon: place.icon, label: label(place), onSelect: () => void navigate({ to: place.to }) }))}>
          <button type="button" className={elsewhere ? 'active' : undefined} aria-haspopup="menu"><Icon name="menu" size={20} />{t('common.more')}</button>
        </Menu>
      ) : null}
    </nav>
  );
}
