import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { objectsQuery } from '@/api/queries';
import type { SignedIn } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { IconButton } from '@/ui/Button';
import { Icon } from '@/ui/icons';
import { Tooltip } from '@/ui/Tooltip';
import { objectIcon } from './icons';
import { Logo } from './Logo';
import { adminDestinations, objectDestinations, toolDestinations, type Destination } from './navigation';
import { useRecents } from './recents';

export function Rail({ me, narrow, limited, onToggle }: { me: SignedIn; narrow: boolean; limited: boolean; onToggle: () => void }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const { data: objects = [] } = useQuery({ ...objectsQuery, enabled: !limited });
  const recents = useRecents();
  return (
    <nav className="kd-rail" aria-label={t('shell.navigation')}>
      <div className="kd-rail-brand">
        <Logo />
        {narrow ? null : <span className="kd-truncate">{me.org_name ?? t('app.name')}</span>}
      </div>
      {limited ? null : (
        <div className="kd-rail-scroll">
          <RailGroup narrow={narrow} items={[{ key: 'home', to: '/', icon: 'home', labelKey: 'nav.home' }, ...objectDestinations(objects, pick)]} />
          <RailGroup narrow={narrow} title={t('nav.tools')} items={toolDestinations(me)} />
          <RailGroup narrow={narrow} title={t('nav.admin')} items={adminDestinations(me)} />
          {recents.length > 0 && !narrow ? (
            <div className="kd-rail-group">
              <h2>{t('nav.recent')}</h2>
              {recents.slice(0, 5).map((recent) => (
                <Link key={recent.id} to="/o/$object/$id" params={{ object: recent.object, id: recent.id }} className="kd-rail-link kd-rail-recent">
                  <Icon name={objectIcon(recent.object)} />
                  <span className="kd-truncate">{recent.title}</span>
                </Link>
              ))}
            </div>
          ) : null}
        </div>
      )}
      <div className="kd-rail-foot">
        <IconButton icon={narrow ? 'panel-open' : 'panel-close'} label={narrow ? t('shell.expand') : t('shell.collapse')} onClick={onToggle} />
      </div>
    </nav>
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
