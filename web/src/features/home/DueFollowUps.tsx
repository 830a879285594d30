/** Today's work: planned contacts that are due, the overdue ones first. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { isMasked, type ListQuery, type RecordPage } from '@/api/types';
import { objectIcon } from '@/app/icons';
import { useFormats } from '@/i18n/format';
import { Icon } from '@/ui/icons';
import { Section } from '@/ui/PageHeader';
import { Empty, ErrorState, SkeletonLines } from '@/ui/States';
import { Tag } from '@/ui/Tag';
import { dueList, type Due, type When } from './due';

const BACK_DAYS = 60;
const AHEAD_DAYS = 7;
const SHOWN = 8;
const ORDER: readonly When[] = ['overdue', 'today', 'soon'];

export function DueFollowUps({ now, mayCreate }: { now: Date; mayCreate: boolean }) {
  const { t } = useTranslation();
  const day = (offset: number): string => new Date(now.getFullYear(), now.getMonth(), now.getDate() + offset).toISOString();
  const mine = { field: '_owner', op: 'eq' as const, value: 'me' };
  const fields = ['content', 'method', 'at', 'next_at', 'account', 'contact', 'opportunity', 'lead'];
  const ask = (query: ListQuery): Promise<RecordPage> => api.post<RecordPage>('/records/follow_up/query', { ...query, fields, limit: 200 });
  const { data, error, refetch } = useQuery({
    queryKey: ['records', 'follow_up', 'home', day(0)],
    queryFn: async () => {
      const [planned, recent] = await Promise.all([
        ask({ filter: { and: [mine, { field: 'next_at', op: 'gte', value: day(-BACK_DAYS) }, { field: 'next_at', op: 'lt', value: day(AHEAD_DAYS + 1) }] }, sort: [{ field: 'next_at', descending: false }] }),
        ask({ filter: { and: [mine, { field: 'at', op: 'gte', value: day(-BACK_DAYS) }] }, sort: [{ field: 'at', descending: true }] }),
      ]);
      return [...planned.items, ...recent.items];
    },
  });
  const due = useMemo(() => (data ? dueList(data, now, AHEAD_DAYS) : []), [data, now]);
  const counts = { overdue: due.filter((one) => one.when === 'overdue').length, today: due.filter((one) => one.when === 'today').length };
  return (
    <Section
      flush
      title={t('home.due')}
      actions={data && due.length > 0 ? <span className="kd-row">{counts.overdue > 0 ? <Tag hue="rose">{t('home.overdueN', { n: counts.overdue })}</Tag> : null}{counts.today > 0 ? <Tag hue="teal">{t('home.todayN', { n: counts.today })}</Tag> : null}</span> : null}
    >
      {error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <div className="kd-home-wait"><SkeletonLines lines={5} /></div>
      ) : due.length === 0 ? (
        <Empty compact icon="check-circle" title={t('home.dueNone')}>{t(mayCreate ? 'home.dueTeach' : 'home.dueNoneText')}</Empty>
      ) : (
        <div className="kd-due">
          {ORDER.map((when) => {
            const items = due.slice(0, SHOWN).filter((one) => one.when === when);
            return items.length > 0 ? (
              <section key={when}>
                <h3 className={`kd-due-${when}`}>{t(`home.when.${when}`)}</h3>
                <ul>{items.map((one) => <DueRow key={one.record.id} due={one} />)}</ul>
              </section>
            ) : null;
          })}
          {due.length > SHOWN ? <Link className="kd-home-all" to="/o/$object" params={{ object: 'follow_up' }} search={{ filter: mine, sort: [{ field: 'next_at', descending: false }] }}>{t('home.moreDue', { n: due.length - SHOWN })}</Link> : null}
        </div>
      )}
    </Section>
  );
}

function DueRow({ due }: { due: Due }) {
  const { t } = useTranslation();
  const { time } = useFormats();
  const value = due.record.values['content'];
  const note = isMasked(value) ? value.text : typeof value === 'string' ? value : null;
  const target = due.target ?? { object: 'follow_up', id: due.record.id, title: null };
  return (
    <li>
      <Link to="/o/$object/$id" params={{ object: target.object, id: target.id }} className="kd-due-row">
        <span className="kd-due-icon"><Icon name={objectIcon(target.object)} size={15} /></span>
        <span className="kd-grow">
          <strong className="kd-truncate">{target.title ?? t('record.hiddenTitle')}</strong>
          <span className="kd-truncate kd-muted">{note ?? t('masked.hidden')}</span>
        </span>
        <time dateTime={due.at} className={due.when === 'overdue' ? 'kd-due-late' : undefined}>{time(due.at, due.when !== 'today')}</time>
      </Link>
    </li>
  );
}
