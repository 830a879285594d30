/** The day at a glance: what is due, where the deals stand, what was opened last. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan, useMe, useObject, useObjects } from '@/api/queries';
import type { AggregateResult, Filter, ObjectView, RecordPage, Sort } from '@/api/types';
import { objectIcon } from '@/app/icons';
import { useRecents } from '@/app/recents';
import { hueFor, titleText, ValueView } from '@/features/records/values';
import { useFormats } from '@/i18n/format';
import { Icon } from '@/ui/icons';
import { PageHeader } from '@/ui/PageHeader';
import { Empty, ErrorState, SkeletonLines } from '@/ui/States';
import './home.css';

const MINE: Filter = { field: '_owner', op: 'eq', value: 'me' };

export function HomePage() {
  const { t } = useTranslation();
  const me = useMe();
  const objects = useObjects();
  const followUp = useObject('follow_up');
  const deal = useObject('opportunity');
  const hour = new Date().getHours();
  const part = hour < 6 ? 'night' : hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening';
  const nothing = objects.every((object) => !object.actions.includes('read'));
  return (
    <div className="kd-page">
      <PageHeader title={t(`home.${part}`, { name: me.person.name })} description={t('home.lead')} />
      <div className="kd-page-body">
        {nothing ? <Empty icon="shield-check" title={t('home.nothing')}>{t('home.nothingText')}</Empty> : (
          <div className="kd-home">
            {deal ? <Pipeline object={deal} /> : null}
            {followUp ? <Panel object={followUp} icon="clock" title={t('home.due')} empty={t('home.dueEmpty')} filter={{ and: [MINE, { field: 'next_at', op: 'between', value: { relative: 'next_n_days', n: 7 } }] }} sort={[{ field: 'next_at', descending: false }]} extra="next_at" /> : null}
            {deal ? <Panel object={deal} icon="target" title={t('home.closing')} empty={t('home.closingEmpty')} filter={{ and: [MINE, { field: 'expected_close', op: 'between', value: { relative: 'this_month' } }] }} sort={[{ field: 'expected_close', descending: false }]} extra="amount" /> : null}
            <Recent />
          </div>
        )}
      </div>
    </div>
  );
}

function Card({ icon, title, action, children, wide }: { icon: Parameters<typeof Icon>[0]['name']; title: string; action?: ReactNode; children: ReactNode; wide?: boolean }) {
  return (
    <section className={wide ? 'kd-section kd-home-wide' : 'kd-section'} aria-label={title}>
      <div className="kd-home-head"><Icon name={icon} /><h2>{title}</h2><span className="kd-end">{action}</span></div>
      {children}
    </section>
  );
}

/** Deals by stage, counted and summed by the server over the rows the person may see. */
function Pipeline({ object }: { object: ObjectView }) {
  const { t } = useTranslation();
  const { pick, moneyShort, number } = useFormats();
  const can = useCan();
  const stage = object.fields.find((field) => field.key === object.stage);
  const amount = object.fields.find((field) => field.key === 'amount' && field.filterable);
  const { data, error, refetch } = useQuery({
    queryKey: ['aggregate', object.key, object.stage],
    queryFn: () => api.post<AggregateResult>(`/records/${object.key}/aggregate`, { group_by: [object.stage], measures: [{ op: 'count' }, ...(amount ? [{ op: 'sum', field: 'amount' }] : [])] }),
    enabled: Boolean(stage) && can.object(object.key, 'read'),
  });
  if (!stage) return null;
  const rows = (stage.options ?? []).map((option) => {
    const row = data?.rows.find((one) => one.keys[0] === option.key);
    return { option, count: row?.values[0] ?? 0, sum: row?.values[1] ?? 0 };
  });
  const most = Math.max(1, ...rows.map((row) => row.count));
  return (
    <Card icon="handshake" title={t('home.pipeline')} wide action={<Link to="/o/$object" params={{ object: object.key }}>{t('home.all')}</Link>}>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} compact /> : !data ? <div className="kd-home-body"><SkeletonLines lines={4} /></div> : (
        <ul className="kd-pipeline">
          {rows.map(({ option, count, sum }) => (
            <li key={option.key}>
              <Link to="/o/$object" params={{ object: object.key }} search={{ filter: { field: stage.key, op: 'in', value: [option.key] } }} className={`kd-pipeline-row kd-hue-${hueFor(option.color, option.key)}`}>
                <span className="kd-pipeline-name">{pick(option)}</span>
                <span className="kd-pipeline-bar"><i style={{ width: `${(count / most) * 100}%` }} /></span>
                <span className="kd-pipeline-count">{number(count)}</span>
                {amount ? <span className="kd-pipeline-sum">{moneyShort(sum)}</span> : null}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Panel({ object, icon, title, empty, filter, sort, extra }: { object: ObjectView; icon: Parameters<typeof Icon>[0]['name']; title: string; empty: string; filter: Filter; sort: Sort[]; extra: string }) {
  const { t } = useTranslation();
  const field = object.fields.find((one) => one.key === extra);
  const { data, error, refetch } = useQuery({
    queryKey: ['records', object.key, 'home', title],
    queryFn: () => api.post<RecordPage>(`/records/${object.key}/query`, { filter, sort, limit: 6 }),
    select: (page) => page.items,
    enabled: Boolean(field),
  });
  if (!field) return null;
  return (
    <Card icon={icon} title={title} action={<Link to="/o/$object" params={{ object: object.key }} search={{ filter, sort }}>{t('home.all')}</Link>}>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} compact /> : !data ? <div className="kd-home-body"><SkeletonLines lines={4} /></div> : data.length === 0 ? <p className="kd-home-body kd-muted">{empty}</p> : (
        <ul className="kd-home-list">
          {data.map((record) => (
            <li key={record.id}>
              <Link to="/o/$object/$id" params={{ object: record.object, id: record.id }} className="kd-truncate">{titleText(record.title, t('record.hiddenTitle'))}</Link>
              <span className="kd-muted"><ValueView field={field} value={record.values[extra]} inList /></span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Recent() {
  const { t } = useTranslation();
  const recents = useRecents();
  return (
    <Card icon="history" title={t('nav.recent')}>
      {recents.length === 0 ? <p className="kd-home-body kd-muted">{t('home.recentEmpty')}</p> : (
        <ul className="kd-home-list">
          {recents.map((recent) => (
            <li key={recent.id}><Icon name={objectIcon(recent.object)} size={15} className="kd-faint" /><Link to="/o/$object/$id" params={{ object: recent.object, id: recent.id }} className="kd-truncate">{recent.title}</Link></li>
          ))}
        </ul>
      )}
    </Card>
  );
}
