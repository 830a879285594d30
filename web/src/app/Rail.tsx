import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { objectsQuery } from '@/api/queries';
import type { RecordAtHand, SignedIn } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { IconButton } from '@/ui/Button';
import { Icon } from '@/ui/icons';
import { Tooltip } from '@/ui/Tooltip';
import { useFavourites, useRecent } from './at-hand';
import { objectIcon } from './icons';
import { Logo } from './Logo';
import { adminDestinations, objectDestinations, toolDestinations, type Destination } from './navigation';

/** More of them are in the palette. */
const MOST_KEPT = 8;
const MOST_RECENT = 5;

export function Rail({ me, narrow, onToggle }: { me: SignedIn; narrow: boolean; onToggle: () => void }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const { data: objects = [] } = useQuery(objectsQuery);
  const favourites = useFavourites();
  const recent = useRecent().filter((one) => !favourites.some((kept) => kept.id === one.id));
  return (
    <nav className="kd-rail" aria-label={t('shell.navigation')}>
      <div className="kd-rail-brand">
        <Logo />
        {narrow ? null : <span className="kd-truncate">{me.org_name ?? t('app.name')}</span>}
      </div>
      <div className="kd-rail-scroll">
        <RailGroup narrow={narrow} items={[{ key: 'home', to: '/', icon: 'home', labelKey: 'nav.home' }, ...objectDestinations(objects, pick)]} />
        <RailGroup narrow={narrow} title={t('nav.tools')} items={toolDestinations(me)} />
        <RailGroup narrow={narrow} title={t('nav.admin')} items={adminDestinations(me)} />
        {narrow ? null : <RailRecords title={t('nav.favourites')} records={favourites.slice(0, MOST_KEPT)} />}
        {narrow ? null : <RailRecords title={t('nav.recent')} records={recent.slice(0, MOST_RECENT)} />}
      </div>
      <div className="kd-rail-foot">
        <IconButton icon={narrow ? 'panel-open' : 'panel-close'} label={narrow ? t('shell.expand') : t('shell.collapse')} onClick={onToggle} />
      </div>
    </nav>
  );
}

function RailRecords({ title, records }: { title: string; records: readonly RecordAtHand[] }) {
  const { t } = useTranslation();
  if (records.length === 0) return null;
  return (
    <div className="kd-rail-group">
      <h2>{title}</h2>
      {records.map((one) => (
        <Link key={one.id} to="/o/$object/$id" params={{ object: one.object, id: one.id }} className="kd-rail-link kd-rail-recent">
          <Icon name={objectIcon(one.object)} />
          <span className="kd-truncate">{one.title ?? t('record.hiddenTitle')}</span>
        </Link>
      ))}
    </div>
  );
}

function RailGroup({ title, items, narrow }: { title?: string; items: Destination[]; narrow: boolean }) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <div className="kd-rail-group">
      {title && !narrow ? <h2>{title}</h2> : null}
      {items.map((item) => {
        const label = item.label ?? t(item.labelKey ?? '');
        const link = (
          <Link key={item.key} to={item.to} className="kd-rail-link" activeOptions={{ exact: item.to === '/', includeSearch: false }} aria-label={narrow ? label : undefined}>
            <Icon name={item.icon} size={17} />
            {narrow ? null : <span className="kd-truncate">{label}</span>}
          </Link>
        );
        return narrow ? <Tooltip key={item.key} title={label} placement="right">{link}</Tooltip> : link;
      })}
    </div>
  );
}
