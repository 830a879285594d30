import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { deviceName } from '@/api/device';
import { asProblem } from '@/api/problem';
import { useStepUp } from '@/app/StepUp';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { useConfirm } from '@/ui/Confirm';
import { Icon } from '@/ui/icons';
import { Empty, ErrorState, SkeletonLines } from '@/ui/States';
import { useToast } from '@/ui/toast';
import { personSessionsQuery } from './usePeople';

/** Where a person is signed in; ending the sessions acts at once. */
export function PersonSessions({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation();
  const { ago } = useFormats();
  const client = useQueryClient();
  const toast = useToast();
  const confirm = useConfirm();
  const stepUp = useStepUp();
  const { data, error, refetch } = useQuery(personSessionsQuery(id));
  const end = useMutation({
    mutationFn: () => stepUp(() => api.delete(`/people/${id}/sessions`)),
    onSuccess: () => { void client.invalidateQueries({ queryKey: personSessionsQuery(id).queryKey }); toast({ text: t('people.sessionsEnded') }); },
    onError: (failure) => { const problem = asProblem(failure); toast({ kind: 'error', text: problem.detail ?? problem.title }); },
  });
  if (error) return <ErrorState compact error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonLines lines={4} />;
  if (data.length === 0) return <Empty compact icon="laptop" title={t('people.noSession')} />;
  const ask = async (): Promise<void> => {
    if (await confirm({ title: t('people.endSessionsTitle', { name }), text: t('people.endSessionsText'), action: t('people.endSessions'), danger: true })) end.mutate();
  };
  return (
    <div className="kd-stack">
      <ul className="kd-rowlist">
        {data.map((one) => (
          <li key={one.id}>
            <Icon name={/iphone|android|mobile/i.test(one.device ?? '') ? 'mobile' : 'laptop'} size={18} className="kd-faint" />
            <div className="kd-grow"><div title={one.device ?? undefined}>{deviceName(one.device) || t('evidence.detail.unknown')}</div><div className="kd-faint">{[one.network, t('people.seen', { ago: ago(one.last_seen_at) })].filter(Boolean).join(' · ')}</div></div>
          </li>
        ))}
      </ul>
      <div><Button icon="log-out" loading={end.isPending} onClick={() => void ask()}>{t('people.endSessions')}</Button></div>
    </div>
  );
}
