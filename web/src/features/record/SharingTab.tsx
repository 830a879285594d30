/** Grants on this one record: to whom, how far, until when. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { Page, RecordView, Share } from '@/api/types';
import { PersonPicker } from '@/features/records/Pickers';
import { useFormats } from '@/i18n/format';
import { Person } from '@/ui/Avatar';
import { Button, IconButton } from '@/ui/Button';
import { DateInput } from '@/ui/DateInput';
import { Field, Segmented } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';
import { Empty, ErrorState, SkeletonLines } from '@/ui/States';
import { Tag } from '@/ui/Tag';
import { useToast } from '@/ui/toast';

export function SharingTab({ record }: { record: RecordView }) {
  const { t } = useTranslation();
  const { dateTime } = useFormats();
  const toast = useToast();
  const client = useQueryClient();
  const path = `/records/${record.object}/${record.id}/shares`;
  const queryKey = ['shares', record.object, record.id];
  const { data, error, refetch } = useQuery({ queryKey, queryFn: () => api.get<Page<Share>>(path) });
  const [person, setPerson] = useState<string | null>(null);
  const [level, setLevel] = useState<'read' | 'write'>('read');
  const [until, setUntil] = useState<string | null>(() => new Date(Date.now() + 7 * 86_400_000).toISOString());
  const add = useMutation({ mutationFn: () => api.post<Share>(path, { grantee_kind: 'person', grantee_id: person, level, expires_at: until }), onSuccess: () => { setPerson(null); void client.invalidateQueries({ queryKey }); } });
  const remove = useMutation({ mutationFn: (id: string) => api.delete(`${path}/${id}`), onSuccess: () => client.invalidateQueries({ queryKey }), onError: (failure) => toast({ kind: 'error', text: asProblem(failure).title }) });
  const problem = add.error ? asProblem(add.error) : null;
  const mayShare = record.can.includes('share');
  return (
    <div className="kd-stack">
      {mayShare ? (
        <form className="kd-share-form" onSubmit={(event) => { event.preventDefault(); if (person) add.mutate(); }}>
          <Field label={t('sharing.person')}><PersonPicker value={person} onChange={setPerson} /></Field>
          <Field label={t('sharing.until')}><DateInput withTime value={until} onChange={setUntil} /></Field>
          <Segmented label={t('sharing.level')} value={level} onChange={setLevel} options={[{ value: 'read', label: t('sharing.read') }, { value: 'write', label: t('sharing.write') }]} />
          <Button kind="primary" type="submit" disabled={!person} loading={add.isPending}>{t('sharing.add')}</Button>
        </form>
      ) : null}
      {problem ? <Notice tone="danger">{problem.detail ?? problem.title}</Notice> : null}
      {error ? <ErrorState error={error} onRetry={() => void refetch()} compact /> : !data ? <SkeletonLines lines={3} /> : data.items.length === 0 ? <Empty compact icon="users" title={t('sharing.empty')}>{t('sharing.emptyText')}</Empty> : (
        <ul className="kd-rows kd-shares">
          {data.items.map((share) => (
            <li key={share.id}>
              <span className="kd-grow"><Person name={share.grantee.name} /></span>
              <Tag hue={share.level === 'write' ? 'amber' : 'teal'}>{t(`sharing.${share.level}`)}</Tag>
              <span className="kd-faint">{share.expires_at ? t('sharing.ends', { time: dateTime(share.expires_at) }) : t('sharing.noEnd')}</span>
              {mayShare ? <IconButton icon="close" size="small" label={t('sharing.remove', { name: share.grantee.name })} onClick={() => remove.mutate(share.id)} /> : null}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
