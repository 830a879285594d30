/** Who saw this record, when and what for. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useMe } from '@/api/queries';
import type { Look, ObjectView, Page, RecordView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Person } from '@/ui/Avatar';
import { Notice } from '@/ui/PageHeader';
import { Empty, ErrorState, SkeletonLines } from '@/ui/States';
import { Tag } from '@/ui/Tag';

export function LooksTab({ object, record }: { object: ObjectView; record: RecordView }) {
  const { t } = useTranslation();
  const { dateTime, pick } = useFormats();
  const me = useMe();
  const { data, error, refetch } = useQuery({ queryKey: ['looks', record.object, record.id], queryFn: () => api.get<Page<Look> & { count?: number }>(`/records/${record.object}/${record.id}/looks`), staleTime: 0 });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />;
  if (!data) return <SkeletonLines lines={6} />;
  const items = data.items ?? [];
  if (items.length === 0 && data.count === undefined) return <Empty compact icon="eye" title={t('looks.empty')}>{t('looks.emptyText')}</Empty>;
  return (
    <div className="kd-stack">
      <Notice tone="privacy">{items.length === 0 ? t('looks.countOnly', { n: data.count ?? 0 }) : t('looks.text')}</Notice>
      {items.length > 0 ? (
        <div className="kd-table-scroll" tabIndex={0} role="region" aria-label={t('record.looks')}>
          <table className="kd-table kd-looks">
            <thead><tr><th>{t('looks.who')}</th><th>{t('looks.what')}</th><th>{t('looks.purpose')}</th><th>{t('looks.when')}</th></tr></thead>
            <tbody>
              {items.map((look, at) => (
                <tr key={at}>
                  <td>{look.by ? <Person name={look.by.name} /> : t('timeline.system')}</td>
                  <td><span className="kd-row kd-row-wrap">{t(`event.${look.action.replace('.', '_')}`, { defaultValue: look.action })}{look.fields.map((key) => { const field = object.fields.find((one) => one.key === key); return <Tag key={key} hue="violet">{field ? pick(field) : key}</Tag>; })}</span></td>
                  <td className="kd-looks-purpose">{pick(me.purposes.find((one) => one.code === look.purpose)) || look.purpose || '—'}</td>
                  <td className="kd-faint">{dateTime(look.at)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </div>
  );
}
