import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan, useMe, useObject } from '@/api/queries';
import type { FieldValue, ObjectView, Page, RecordView, TimelineItem } from '@/api/types';
import { isMasked } from '@/api/types';
import { useFormats } from '@/i18n/format';
import type { Hue } from '@/theme/tokens';
import type { IconName } from '@/ui/icons';
import { MaskedText } from '@/ui/MaskedField';
import { Empty, ErrorState, SkeletonLines } from '@/ui/States';
import { Timeline, type TimelineEntry } from '@/ui/Timeline';
import { Composer } from './Composer';
import { ChangeList } from './HistoryTab';

const METHOD_ICON: Record<string, IconName> = { call: 'phone', phone: 'phone', visit: 'pin', wechat: 'message', email: 'mail', meeting: 'users', sms: 'message' };
const KIND: Record<string, { icon: IconName; hue: Hue }> = {
  follow_up: { icon: 'message', hue: 'teal' }, change: { icon: 'edit', hue: 'slate' }, reveal: { icon: 'eye', hue: 'violet' }, created: { icon: 'plus', hue: 'green' }, deleted: { icon: 'trash', hue: 'rose' }, restored: { icon: 'restore', hue: 'green' }, shared: { icon: 'users', hue: 'blue' },
};

export function TimelineTab({ object, record }: { object: ObjectView; record: RecordView }) {
  const { t } = useTranslation();
  const { pick, ago, dateTime } = useFormats();
  const me = useMe();
  const can = useCan();
  const followUp = useObject('follow_up');
  const { data, error, refetch } = useQuery({ queryKey: ['timeline', record.object, record.id], queryFn: () => api.get<Page<TimelineItem>>(`/records/${record.object}/${record.id}/timeline`) });
  const link = followUp?.fields.find((field) => field.kind === 'reference' && field.to === object.key);
  const entries = (data?.items ?? []).map((item, at): TimelineEntry => {
    const look = KIND[item.kind] ?? { icon: 'activity' as const, hue: 'slate' as const };
    const who = item.by?.name ?? t('timeline.system');
    const method = typeof item.record?.values['method'] === 'string' ? item.record.values['method'] : undefined;
    const methodOption = followUp?.fields.find((field) => field.key === 'method')?.options?.find((option) => option.key === method);
    const fields = (item.fields ?? []).flatMap((key) => { const field = object.fields.find((one) => one.key === key); return field ? [pick(field)] : []; }).join(t('common.listGap'));
    const purpose = me.purposes.find((one) => one.code === item.purpose);
    const content: FieldValue | undefined = item.record?.values['content'];
    return {
      key: `${item.at}-${at}`,
      icon: item.kind === 'follow_up' && method ? (METHOD_ICON[method] ?? look.icon) : look.icon,
      hue: look.hue,
      time: <span title={dateTime(item.at)}>{ago(item.at)}</span>,
      title: (
        <>
          <strong>{who}</strong>{' '}
          {item.kind === 'reveal' && fields === '' ? t('timeline.revealPlain') : item.kind === 'reveal' ? t('timeline.reveal', { fields, purpose: purpose ? pick(purpose) : (item.purpose ?? '') }) : item.kind === 'follow_up' ? t('timeline.follow_up', { method: methodOption ? pick(methodOption) : '' }) : t(`timeline.${item.kind}`, { defaultValue: item.kind })}
        </>
      ),
      children: item.kind === 'follow_up' && content ? <div className="kd-timeline-card">{isMasked(content) ? <MaskedText value={content} /> : String(content)}</div> : item.changes && item.changes.length > 0 ? <ChangeList object={object} changes={item.changes} /> : null,
    };
  });
  return (
    <div className="kd-stack">
      {followUp && link && can.object('follow_up', 'create') && !record.deleted_at ? <Composer object={followUp} link={link.key} record={record} /> : null}
      {error ? <ErrorState error={error} onRetry={() => void refetch()} compact /> : !data ? <SkeletonLines lines={5} /> : entries.length === 0 ? <Empty compact icon="clock" title={t('timeline.empty')}>{t('timeline.emptyText')}</Empty> : <Timeline label={t('record.timeline')} entries={entries} />}
    </div>
  );
}
