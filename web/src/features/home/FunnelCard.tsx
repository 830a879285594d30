import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { AggregateResult, Filter, ObjectView } from '@/api/types';
import { hueFor } from '@/features/records/values';
import { useFormats } from '@/i18n/format';
import { Section } from '@/ui/PageHeader';
import { Empty, ErrorState, SkeletonLines } from '@/ui/States';
import { funnelOf, type FunnelBar } from './funnel';

/** Open deals by stage, as bars; each leads to its list. An optional card stays away while it is empty. */
export function FunnelCard({ object, title, own, optional }: { object: ObjectView; title: string; own: boolean; optional?: boolean }) {
  const { t } = useTranslation();
  const { number, moneyShort, pick } = useFormats();
  const stage = object.fields.find((one) => one.key === object.stage);
  const mine: Filter = { field: '_owner', op: 'eq', value: 'me' };
  const { data, error, refetch } = useQuery({
    queryKey: ['records', 'opportunity', 'funnel', own],
    queryFn: async () => {
      const ask = (summed: boolean): Promise<AggregateResult> => api.post<AggregateResult>('/records/opportunity/aggregate', { group_by: [object.stage], measures: summed ? [{ op: 'count' }, { op: 'sum', field: 'amount' }] : [{ op: 'count' }], ...(own ? { filter: mine } : {}) });
      try {
        return { result: await ask(true), summed: true };
      } catch (problem) {
        // Somebody who does not see every amount may still count the deals.
        if (asProblem(problem).status !== 422 && asProblem(problem).status !== 403) throw problem;
        return { result: await ask(false), summed: false };
      }
    },
    enabled: Boolean(stage),
  });
  if (!stage) return null;
  const stages = stage.options ?? [];
  const funnel = data ? funnelOf(data.result, stages, data.summed) : null;
  if (optional && funnel && funnel.count === 0 && !funnel.won?.count && !funnel.lost?.count) return null;
  const filterOf = (key: string): Filter => { const one: Filter = { field: stage.key, op: 'eq', value: key }; return own ? { and: [mine, one] } : one; };
  const value = (one: FunnelBar): string => (one.sum === null ? number(one.count) : moneyShort(one.sum));
  return (
    <Section flush title={title} actions={funnel && funnel.count > 0 ? <span className="kd-muted">{t('home.openDeals', { n: number(funnel.count) })}{funnel.sum === null ? null : <strong className="kd-funnel-sum">{moneyShort(funnel.sum)}</strong>}</span> : null}>
      {error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : !funnel ? (
        <div className="kd-home-wait"><SkeletonLines lines={5} /></div>
      ) : funnel.count === 0 && !funnel.won?.count && !funnel.lost?.count ? (
        <Empty compact icon="activity" title={t('home.funnelNone')}>{t('home.funnelTeach')}</Empty>
      ) : (
        <>
          <ul className="kd-funnel">
            {funnel.open.map((one) => {
              const option = stages.find((stageOption) => stageOption.key === one.key);
              return (
                <li key={one.key}>
                  <Link to="/o/$object" params={{ object: 'opportunity' }} search={{ filter: filterOf(one.key) }}>
                    <span className="kd-truncate">{option ? pick(option) : one.key}</span>
                    <span className={`kd-funnel-track kd-hue-${hueFor(option?.color, one.key)}`} aria-hidden="true"><i style={{ width: `${Math.max(one.count > 0 ? 2 : 0, one.share * 100)}%` }} /></span>
                    <span className="kd-funnel-n">{number(one.count)}</span>
                    <span className="kd-funnel-v">{one.sum === null ? null : value(one)}</span>
                  </Link>
                </li>
              );
            })}
          </ul>
          <p className="kd-funnel-end kd-muted">
            {[funnel.won, funnel.lost].map((one) => (one ? <span key={one.key}><i className={`kd-hue-${one.key === 'won' ? 'green' : 'rose'}`} aria-hidden="true" />{t(`home.${one.key}`, { n: number(one.count) })}{one.sum === null ? null : <span className="kd-faint"> {moneyShort(one.sum)}</span>}</span> : null))}
          </p>
        </>
      )}
    </Section>
  );
}
