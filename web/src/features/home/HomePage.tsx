/** The start of the day: what to do for those who sell, what to watch for those who guard. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/queries';
import { useFormats } from '@/i18n/format';
import { greeting } from './due';
import { OfficerHome } from './OfficerHome';
import { QuickActions } from './QuickActions';
import { SalesHome } from './SalesHome';
import './home.css';

export function HomePage() {
  const { t } = useTranslation();
  const { weekday } = useFormats();
  const me = useMe();
  const now = useMemo(() => new Date(), []);
  const reads = me.objects.some((object) => object.actions.includes('read'));
  const writes = me.objects.some((object) => object.actions.includes('create') || object.actions.includes('update'));
  // Who guards reads records too, but has none of their own to follow up.
  const sells = reads && (writes || !me.capabilities.includes('evidence_read'));
  return (
    <div className="kd-home">
      <div className="kd-home-inner">
        <header className="kd-home-head">
          <div className="kd-grow">
            <p className="kd-faint">{weekday(now)}</p>
            <h1>{t(`home.greeting.${greeting(now.getHours())}`, { name: me.person.name })}</h1>
          </div>
          {sells ? <QuickActions me={me} /> : null}
        </header>
        {sells ? <SalesHome me={me} now={now} /> : <OfficerHome me={me} />}
      </div>
    </div>
  );
}
