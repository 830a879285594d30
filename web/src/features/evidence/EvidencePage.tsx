/** The log that nobody can rewrite: what happened, by whom, what for, and the proof of it. */
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { useCan } from '@/api/queries';
import { useStepUp } from '@/app/StepUp';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { PageHeader } from '@/ui/PageHeader';
import { Empty, ErrorState, NoPermission, SkeletonRows } from '@/ui/States';
import { usePhone } from '@/ui/useMedia';
import { useToast } from '@/ui/toast';
import { EventStream } from './EventStream';
import { FilterBar } from './FilterBar';
import { isFiltered, readSearch, type EvidenceSearch } from './filters';
import { HeadCard } from './HeadCard';
import { useEvents } from './useEvidence';
import { VerifyDialog } from './VerifyDialog';
import './evidence.css';

export function EvidencePage() {
  const can = useCan();
  if (!can.capability('evidence_read')) return <NoPermission />;
  return <Evidence mayExport={can.capability('evidence_export')} />;
}

function Evidence({ mayExport }: { mayExport: boolean }) {
  const { t } = useTranslation();
  const { date } = useFormats();
  const phone = usePhone();
  const toast = useToast();
  const stepUp = useStepUp();
  const navigate = useNavigate({ from: '/evidence' });
  const raw = useSearch({ from: '/shell/evidence' });
  const search = useMemo(() => readSearch(raw), [raw]);
  const [verifying, setVerifying] = useState(false);
  const list = useEvents(search);
  const setSearch = useCallback((next: EvidenceSearch) => void navigate({ search: { ...next }, replace: true }), [navigate]);
  const patch = useCallback((one: EvidenceSearch) => setSearch({ ...search, ...one }), [search, setSearch]);
  const bundle = useMutation({
    mutationFn: () => stepUp(() => api.download('POST', '/evidence/export', `kedun-evidence-${date(new Date().toISOString())}.zip`)),
    onSuccess: () => toast({ text: t('evidence.exported') }),
    onError: (error) => { const problem = asProblem(error); toast({ kind: 'error', text: problem.detail ?? problem.title }); },
  });
  const { fetchNextPage } = list;
  const onMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return (
    <div className="kd-evidence">
      <PageHeader
        icon="shield-check"
        title={t('nav.evidence')}
        description={phone ? undefined : t('evidence.description')}
        actions={
          <>
            {mayExport && !phone ? <Button icon="download" loading={bundle.isPending} onClick={() => bundle.mutate()}>{t('evidence.export')}</Button> : null}
            <Button kind="primary" icon="shield-check" onClick={() => setVerifying(true)}>{t('evidence.verify')}</Button>
          </>
        }
      />
      <HeadCard />
      <FilterBar search={search} onChange={patch} onClear={() => setSearch({})} />
      <div className="kd-evidence-body" aria-busy={list.isFetching || undefined}>
        {list.isPending ? (
          <SkeletonRows rows={14} />
        ) : list.error && list.events.length === 0 ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : list.events.length === 0 ? (
          isFiltered(search) ? (
            <Empty icon="search" title={t('evidence.noMatch')} actions={<Button onClick={() => setSearch({})}>{t('evidence.clear')}</Button>}>{t('evidence.noMatchText')}</Empty>
          ) : (
            <Empty icon="shield-check" title={t('evidence.empty')}>{t('evidence.emptyText')}</Empty>
          )
        ) : (
          <EventStream events={list.events} hasMore={list.hasNextPage} loadingMore={list.isFetchingNextPage} onMore={onMore} onFilter={patch} />
        )}
      </div>
      {verifying ? <VerifyDialog onClose={() => setVerifying(false)} /> : null}
    </div>
  );
}
