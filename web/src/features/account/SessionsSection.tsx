import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { Page, SessionItem } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { useConfirm } from '@/ui/Confirm';
import { Icon } from '@/ui/icons';
import { Section } from '@/ui/PageHeader';
import { ErrorState, SkeletonLines } from '@/ui/States';
import { Tag } from '@/ui/Tag';
import { useToast } from '@/ui/toast';

export function SessionsSection() {
  const { t } = useTranslation();
  const { ago } = useFormats();
  const toast = useToast();
  const confirm = useConfirm();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey: ['my-sessions'], queryFn: async () => (await api.get<Page<SessionItem>>('/me/sessions')).items, staleTime: 0 });
  const end = useMutation({
    mutationFn: (id: string | null) => api.delete(id ? `/me/sessions/${id}` : '/me/sessions'),
    onSuccess: () => { void client.invalidateQueries({ queryKey: ['my-sessions'] }); toast({ text: t('account.sessionEnded') }); },
    onError: (failure) => toast({ kind: 'error', text: asProblem(failure).title }),
  });
  const others = data?.some((one) => !one.current) ?? false;
  return (
    <Section title={t('account.sessions')} description={t('account.sessionsText')} actions={others ? <Button onClick={() => void confirm({ title: t('account.endAllTitle'), action: t('account.endAll'), danger: true }).then((yes) => yes && end.mutate(null))}>{t('account.endAll')}</Button> : null} flush>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} compact /> : !data ? <div className="kd-section-body"><SkeletonLines lines={3} /></div> : (
        <ul className="kd-sessions">
          {data.map((one) => (
            <li key={one.id}>
              <Icon name={/iphone|android|mobile/i.test(one.device ?? '') ? 'mobile' : 'laptop'} size={20} className="kd-faint" />
              <div className="kd-grow">
                <div className="kd-row"><strong>{one.device ?? t('account.unknownDevice')}</strong>{one.current ? <Tag hue="green">{t('account.thisOne')}</Tag> : null}</div>
                <span className="kd-faint">{[one.network, t('account.lastSeen', { ago: ago(one.last_seen_at) })].filter(Boolean).join(' · ')}</span>
              </div>
              {one.current ? null : <Button size="small" onClick={() => end.mutate(one.id)}>{t('account.end')}</Button>}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
