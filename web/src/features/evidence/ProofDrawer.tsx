import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { EvidenceItem, EvidenceProof } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Drawer } from '@/ui/Dialog';
import { Facts, Notice } from '@/ui/PageHeader';
import { ErrorState, SkeletonLines } from '@/ui/States';

/** One event and the hashes that tie it to the signed head. */
export function ProofDrawer({ item, onClose }: { item: EvidenceItem; onClose: () => void }) {
  const { t } = useTranslation();
  const { dateTime, number } = useFormats();
  const { data, error, refetch } = useQuery({ queryKey: ['proof', item.seq], queryFn: () => api.get<EvidenceProof>(`/evidence/${item.seq}/proof`), gcTime: 0 });
  return (
    <Drawer open width={560} title={t('evidence.event', { n: item.seq })} description={t(`event.${item.action.replaceAll('.', '_')}`, { defaultValue: item.action })} onClose={onClose}>
      <div className="kd-stack">
        <Facts items={[
          { label: t('looks.when'), value: dateTime(item.at) },
          { label: t('looks.who'), value: item.person?.name ?? t('timeline.system') },
          { label: t('evidence.outcome'), value: t(`evidence.${item.outcome}`, { defaultValue: item.outcome }) },
          { label: t('evidence.from'), value: [item.network, item.device].filter(Boolean).join(' · ') || '—' },
          ...(item.reason ? [{ label: t('evidence.reason'), value: item.reason }] : []),
          ...(item.records_count > 1 ? [{ label: t('evidence.count'), value: number(item.records_count) }] : []),
        ]} />
        {error ? <ErrorState error={error} onRetry={() => void refetch()} compact /> : !data ? <SkeletonLines lines={6} /> : (
          <>
            <Notice tone={data.verified ? 'success' : 'danger'} title={t(data.verified ? 'evidence.proofOk' : 'evidence.proofBad')}>{t('evidence.proofText', { index: number(data.index), size: number(data.size) })}</Notice>
            <div className="kd-hashes">
              <Hash label={t('evidence.leaf')} value={data.leaf} />
              {data.path.map((hash, at) => <Hash key={hash} label={t('evidence.step', { n: at + 1 })} value={hash} />)}
              <Hash label={t('evidence.rootHash')} value={data.root} strong />
            </div>
          </>
        )}
      </div>
    </Drawer>
  );
}

function Hash({ label, value, strong }: { label: string; value: string; strong?: boolean }) {
  return <div className={strong ? 'kd-hash kd-hash-strong' : 'kd-hash'}><span>{label}</span><code>{value}</code></div>;
}
