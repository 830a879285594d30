/** What hangs on this record, ten of each, the rest one click away. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan, useObjects } from '@/api/queries';
import type { ObjectView, RecordView, RelatedGroup } from '@/api/types';
import { isMasked } from '@/api/types';
import { objectIcon } from '@/app/icons';
import { isEmptyValue, titleText, ValueView } from '@/features/records/values';
import { useFormats } from '@/i18n/format';
import { IconButton } from '@/ui/Button';
import { Icon } from '@/ui/icons';
import { ErrorState, SkeletonLines } from '@/ui/States';

const CreateDrawer = lazy(() => import('./CreateDrawer').then((module) => ({ default: module.CreateDrawer })));

export function RelatedLists({ object, record }: { object: ObjectView; record: RecordView }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const objects = useObjects();
  const can = useCan();
  const [adding, setAdding] = useState<{ object: ObjectView; field: string } | null>(null);
  const { data, error, refetch } = useQuery({ queryKey: ['related', record.object, record.id], queryFn: async () => (await api.get<{ groups: RelatedGroup[] }>(`/records/${record.object}/${record.id}/related`)).groups });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />;
  if (!data) return <div className="kd-record-tab"><SkeletonLines lines={5} /></div>;
  // Kinds that could hang here but do not yet are offered too, so that the way to add one is always in the same place.
  const possible = objects.flatMap((other) => other.fields.filter((field) => field.kind === 'reference' && field.to === object.key && other.key !== 'follow_up' && (other.key !== object.key)).slice(0, 1).map((field) => ({ object: other.key, field: field.key, count: { n: 0, capped: false }, items: [] as RecordView[] })));
  // Records of the same kind that hang below this one are shown when there are some.
  const groups = [...data.filter((group) => group.object !== 'follow_up' && (group.object !== object.key || group.items.length > 0)), ...possible.filter((one) => !data.some((group) => group.object === one.object))];
  return (
    <div className="kd-related">
      {groups.map((group) => {
        const other = objects.find((one) => one.key === group.object);
        return other ? <Group key={`${group.object}-${group.field}`} group={group} object={other} record={record} mayAdd={can.object(other.key, 'create') && !record.deleted_at} onAdd={() => setAdding({ object: other, field: group.field })} /> : null;
      })}
      {groups.length === 0 ? <p className="kd-faint">{t('related.none')}</p> : null}
      {adding ? (
        <Suspense fallback={null}>
          <CreateDrawer object={adding.object} initial={{ [adding.field]: { id: record.id, object: record.object, title: titleText(record.title, t('record.hiddenTitle')), access: true } }} onClose={() => setAdding(null)} onCreated={(made) => { setAdding(null); void navigate({ to: '/o/$object/$id', params: { object: made.object, id: made.id } }); }} />
        </Suspense>
      ) : null}
    </div>
  );
}

function Group({ group, object, record, mayAdd, onAdd }: { group: RelatedGroup; object: ObjectView; record: RecordView; mayAdd: boolean; onAdd: () => void }) {
  const { t } = useTranslation();
  const { pick, noun, number } = useFormats();
  const own = pick({ zh: object.zh, en: object.en_plural });
  const name = object.key === record.object ? t('related.below', { name: own }) : own;
  const extra = object.fields.find((field) => field.key === object.stage) ?? object.fields.find((field) => field.in_list && field.kind === 'phone') ?? object.fields.find((field) => field.in_list && field.key !== object.title && field.kind === 'text');
  return (
    <section aria-label={name}>
      <div className="kd-related-head">
        <Icon name={objectIcon(object)} size={15} />
        <h2>{name}</h2>
        <span className="kd-tab-count">{number(group.count.n)}{group.count.capped ? '+' : ''}</span>
        {mayAdd ? <span className="kd-end"><IconButton icon="plus" size="small" label={t('list.create', { name: noun(object) })} onClick={onAdd} /></span> : null}
      </div>
      {group.items.length > 0 ? (
        <ul>
          {group.items.map((item) => (
            <li key={item.id}>
              <Link to="/o/$object/$id" params={{ object: item.object, id: item.id }} className="kd-truncate">{isMasked(item.title) ? (item.title.text ?? t('record.hiddenTitle')) : titleText(item.title, t('record.hiddenTitle'))}</Link>
              {extra && !isEmptyValue(item.values[extra.key]) ? <span className="kd-related-extra"><ValueView field={extra} value={item.values[extra.key]} inList stage={object.stage === extra.key} /></span> : null}
            </li>
          ))}
        </ul>
      ) : <p className="kd-faint kd-related-none">{t('related.empty')}</p>}
      {group.count.n > group.items.length ? <Link to="/o/$object" params={{ object: group.object }} search={{ filter: { field: group.field, op: 'eq', value: record.id } }} className="kd-related-all">{t('related.all', { n: number(group.count.n) })}</Link> : null}
    </section>
  );
}
