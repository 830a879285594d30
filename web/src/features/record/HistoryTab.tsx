import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { HistoryItem, ObjectView, Page, RecordView } from '@/api/types';
import { ValueView } from '@/features/records/values';
import { useFormats } from '@/i18n/format';
import { Icon } from '@/ui/icons';
import { Empty, ErrorState, SkeletonLines } from '@/ui/States';
import { Timeline } from '@/ui/Timeline';

export function HistoryTab({ object, record }: { object: ObjectView; record: RecordView }) {
  const { t } = useTranslation();
  const { dateTime } = useFormats();
  const { data, error, refetch } = useQuery({ queryKey: ['history', record.object, record.id, record.version], queryFn: () => api.get<Page<HistoryItem>>(`/records/${record.object}/${record.id}/history`) });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />;
  if (!data) return <SkeletonLines lines={6} />;
  if (data.items.length === 0) return <Empty compact icon="history" title={t('history.empty')} />;
  return (
    <Timeline
      label={t('record.history')}
      entries={data.items.map((item) => ({
        key: `${item.version}-${item.at}`,
        icon: item.action === 'create' ? 'plus' : item.action === 'delete' ? 'trash' : item.action === 'restore' || item.action === 'undo' ? 'restore' : item.action === 'import' ? 'upload' : 'edit',
        hue: item.action === 'create' ? 'green' : item.action === 'delete' ? 'rose' : 'slate',
        title: <><strong>{item.by?.name ?? t('timeline.system')}</strong> {t(`history.${item.action}`, { defaultValue: item.action })}</>,
        time: dateTime(item.at),
        children: item.changes.length > 0 ? <ChangeList object={object} changes={item.changes} /> : null,
      }))}
    />
  );
}

/** Before and after of each field; hidden values stay hidden here too. */
export function ChangeList({ object, changes }: { object: ObjectView; changes: HistoryItem['changes'] }) {
  const { pick } = useFormats();
  return (
    <ul className="kd-changes">
      {changes.map((change, at) => {
        const field = object.fields.find((one) => one.key === change.field);
        if (!field) return null;
        return (
          <li key={at}>
            <span className="kd-faint">{pick(field)}</span>
            <span className="kd-change-from"><ValueView field={field} value={change.from} /></span>
            <Icon name="arrow-right" size={13} />
            <span><ValueView field={field} value={change.to} /></span>
          </li>
        );
      })}
    </ul>
  );
}
