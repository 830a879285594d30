/** What happened last with the customers one answers for: who was in touch, how, and what came of it. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { isMasked, type ListQuery, type ObjectView, type RecordPage, type RecordView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Avatar } from '@/ui/Avatar';
import { Section } from '@/ui/PageHeader';
import { ErrorState, SkeletonLines } from '@/ui/States';
import { targetOf } from './due';

const SHOWN = 6;
const SORT = [{ field: 'at', descending: true }];
const QUERY: ListQuery = { sort: SORT, fields: ['content', 'method', 'at', 'account', 'contact', 'opportunity', 'lead'], limit: SHOWN };

export function LatestFollowUps({ object }: { object: ObjectView }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ queryKey: ['records', 'follow_up', 'latest'], queryFn: () => api.post<RecordPage>('/records/follow_up/query', QUERY) });
  if (data && data.items.length === 0) return null;
  return (
    <Section flush title={t('home.latest')} actions={<Link to="/o/$object" params={{ object: 'follow_up' }} search={{ sort: SORT }} className="kd-home-more">{t('home.showAll')}</Link>}>
      {error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <div className="kd-home-wait"><SkeletonLines lines={5} /></div>
      ) : (
        <ul className="kd-due">{data.items.map((one) => <Row key={one.id} record={one} object={object} />)}</ul>
      )}
    </Section>
  );
}

function Row({ record, object }: { record: RecordView; object: ObjectView }) {
  const { t } = useTranslation();
  const { ago, dateTime, pick } = useFormats();
  const { content, method, at } = record.values;
  const option = object.fields.find((one) => one.key === 'method')?.options?.find((one) => one.key === method);
  const target = targetOf(record) ?? { object: record.object, id: record.id, title: null };
  const text = isMasked(content) ? content.text : typeof content === 'string' ? content : null;
  const who = record.owner?.name ?? t('record.noOwner');
  return (
    <li>
      <Link to="/o/$object/$id" params={{ object: target.object, id: target.id }} className="kd-due-row">
        <Avatar name={who} />
        <span className="kd-grow">
          <span className="kd-row"><strong className="kd-truncate">{target.title ?? t('record.hiddenTitle')}</strong><span className="kd-faint kd-latest-way">{[who, option ? pick(option) : null].filter(Boolean).join(' · ')}</span></span>
          <span className="kd-truncate kd-muted">{text ?? t('masked.hidden')}</span>
        </span>
        {typeof at === 'string' ? <time dateTime={at} title={dateTime(at)}>{ago(at)}</time> : null}
      </Link>
    </li>
  );
}
