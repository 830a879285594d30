/** Where one is signed in, and ending it from here. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { deviceName } from '@/api/device';
import type { SessionItem } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { useConfirm } from '@/ui/Confirm';
import { Icon } from '@/ui/icons';
import { Section } from '@/ui/PageHeader';
import { Parts } from '@/ui/Parts';
import { ErrorState, SkeletonLines } from '@/ui/States';
import { Tag } from '@/ui/Tag';
import { useToast } from '@/ui/toast';
import { isPhoneDevice } from './model';
import { sessionsQuery } from './useAccount';

export function SessionsSection() {
  const { t } = useTranslation();
  const toast = useToast();
  const confirm = useConfirm();
  const client = useQueryClient();
  const { data: items, error, refetch } = useQuery(sessionsQuery);
  const onError = (problem: unknown): void => toast({ kind: 'error', text: asProblem(problem).detail ?? asProblem(problem).title });
  const settle = () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
  const end = useMutation({ mutationFn: (id: string) => api.delete(`/me/sessions/${id}`), onSuccess: () => toast({ text: t('account.sessions.ended') }), onError, onSettled: settle });
  const endOthers = useMutation({ mutationFn: () => api.delete('/me/sessions'), onSuccess: () => toast({ text: t('account.sessions.endedOthers') }), onError, onSettled: settle });
  const sorted = [...(items ?? [])].sort((a, b) => Number(b.current) - Number(a.current) || b.last_seen_at.localeCompare(a.last_seen_at));
  const others = sorted.filter((one) => !one.current).length;
  const askAll = async (): Promise<void> => {
    if (await confirm({ title: t('account.sessions.allTitle', { n: others }), text: t('account.sessions.allText'), action: t('account.sessions.endOthers'), danger: true })) endOthers.mutate();
  };
  return (
    <Section flush title={t('account.sessions.title')} description={t('account.sessions.text')} actions={others > 0 ? <Button loading={endOthers.isPending} onClick={() => void askAll()}>{t('account.sessions.endOthers')}</Button> : undefined}>
      {error && !items ? <ErrorState error={error} onRetry={() => void refetch()} compact />
        : !items ? <div className="kd-section-body"><SkeletonLines lines={4} /></div>
        : <ul className="kd-sessions">{sorted.map((one) => <Row key={one.id} session={one} busy={end.isPending && end.variables === one.id} onEnd={() => end.mutate(one.id)} />)}</ul>}
    </Section>
  );
}

function Row({ session, busy, onEnd }: { session: SessionItem; busy: boolean; onEnd: () => void }) {
  const { t } = useTranslation();
  const { ago, dateTime } = useFormats();
  const device = deviceName(session.device) || t('account.sessions.unknown');
  return (
    <li>
      <span className="kd-sessions-icon"><Icon name={isPhoneDevice(session.device) ? 'mobile' : 'laptop'} size={18} /></span>
      <div className="kd-grow">
        <div className="kd-row kd-row-wrap"><strong>{device}</strong>{session.current ? <Tag hue="teal">{t('account.sessions.current')}</Tag> : null}</div>
        <Parts parts={[session.network, session.current ? null : t('account.sessions.seen', { ago: ago(session.last_seen_at) }), t('account.sessions.since', { time: dateTime(session.created_at) })]} />
      </div>
      {session.current ? null : <Button size="small" loading={busy} onClick={onEnd}>{t('account.sessions.end')}</Button>}
    </li>
  );
}
