import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Filter, ListQuery, ObjectView, RecordPage, RecordView } from '@/api/types';
import { titleText, ValueView } from '@/features/records/values';
import { useFormats } from '@/i18n/format';
import { Avatar } from '@/ui/Avatar';
import { Section } from '@/ui/PageHeader';
import { Empty, ErrorState, SkeletonLines } from '@/ui/States';
import { isEnded } from './funnel';

const SHOWN = 8;

/** Deals that should close this month, with what they are worth: one's own, or those of one's people. */
export function ClosingDeals({ object, team }: { object: ObjectView; team: boolean }) {
  const { t } = useTranslation();
  const { moneyWhole } = useFormats();
  const stage = object.fields.find((one) => one.key === object.stage);
  const open = (stage?.options ?? []).map((one) => one.key).filter((key) => !isEnded(key));
  const filter: Filter = { and: [...(team ? [] : [{ field: '_owner', op: 'eq' as const, value: 'me' }]), { field: 'expected_close', op: 'between', value: { relative: 'this_month' } }, ...(stage ? [{ field: stage.key, op: 'in' as const, value: open }] : [])] };
  const query: ListQuery = { filter, sort: [{ field: 'expected_close', descending: false }], fields: ['name', 'account', 'amount', 'expected_close', 'stage'], limit: 50, count: true };
  const { data, error, refetch } = useQuery({ queryKey: ['records', 'opportunity', 'home', team], queryFn: () => api.post<RecordPage>('/records/opportunity/query', query) });
  const items = data?.items ?? [];
  const amounts = items.map((one) => one.values['amount']).filter((value): value is number => typeof value === 'number');
  const total = data && !data.next && amounts.length === items.length ? amounts.reduce((sum, one) => sum + one, 0) : null;
  return (
    <Section flush title={t('home.closing')} actions={total !== null && items.length > 0 ? <strong>{moneyWhole(total)}</strong> : null}>
      {error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <div className="kd-home-wait"><SkeletonLines lines={4} /></div>
      ) : items.length === 0 ? (
        <Empty compact icon="target" title={t('home.closingNone')}>{t('home.closingTeach')}</Empty>
      ) : (
        <ul className="kd-deals">
          {items.slice(0, SHOWN).map((deal) => <Deal key={deal.id} deal={deal} object={object} team={team} />)}
          {items.length > SHOWN ? <li><Link className="kd-home-all" to="/o/$object" params={{ object: 'opportunity' }} search={{ filter }}>{t('related.all', { n: `${data.count?.n ?? items.length}${data.count?.capped ? '+' : ''}` })}</Link></li> : null}
        </ul>
      )}
    </Section>
  );
}

function Deal({ deal, object, team }: { deal: RecordView; object: ObjectView; team: boolean }) {
  const { t } = useTranslation();
  const { moneyWhole } = useFormats();
  const field = (key: string) => object.fields.find((one) => one.key === key);
  const [stage, amount, close] = [field(object.stage ?? ''), field('amount'), field('expected_close')];
  const late = typeof deal.values['expected_close'] === 'string' && deal.values['expected_close'] < new Date().toISOString().slice(0, 10);
  return (
    <li>
      <Link to="/o/$object/$id" params={{ object: deal.object, id: deal.id }} className={team ? 'kd-deal kd-deal-team' : 'kd-deal'}>
        {team ? <span className="kd-deal-owner" title={deal.owner?.name}><Avatar name={deal.owner?.name ?? '?'} /></span> : null}
        <strong className="kd-truncate">{titleText(deal.title, t('record.hiddenTitle'))}</strong>
        <span className="kd-deal-stage">{stage ? <ValueView field={stage} value={deal.values[stage.key]} stage inList /> : null}</span>
        <span className={late ? 'kd-deal-date kd-due-late' : 'kd-deal-date'}>{close ? <ValueView field={close} value={deal.values['expected_close']} inList /> : null}</span>
        <span className="kd-num">{amount ? (typeof deal.values['amount'] === 'number' ? moneyWhole(deal.values['amount']) : <ValueView field={amount} value={deal.values['amount']} inList />) : null}</span>
      </Link>
    </li>
  );
}
