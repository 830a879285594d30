/** Where the log stands: how long it is, when it was last signed, who else holds its head. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { EvidenceHead } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { CopyCode } from '@/ui/Copy';
import { Icon } from '@/ui/icons';
import { ErrorState, SkeletonLines } from '@/ui/States';
import { StatusDot } from '@/ui/Tag';
import { headQuery } from './useEvidence';

export function HeadCard() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(headQuery);
  if (error) return <div className="kd-head"><ErrorState compact error={error} onRetry={() => void refetch()} /></div>;
  return (
    <section className="kd-head" aria-label={t('evidence.head.title')} aria-busy={!data || undefined}>
      {data ? <HeadFacts head={data} /> : <div className="kd-head-wait"><SkeletonLines lines={2} /></div>}
    </section>
  );
}

export function HeadFacts({ head }: { head: EvidenceHead }) {
  const { t } = useTranslation();
  const { number, ago, dateTime } = useFormats();
  const waiting = head.checkpoint ? head.size - head.checkpoint.size : head.size;
  return (
    <dl className="kd-head-facts">
      <div>
        <dt>{t('evidence.head.size')}</dt>
        <dd className="kd-head-size">{number(head.size)}</dd>
      </div>
      <div className="kd-head-root">
        <dt>{t('evidence.head.root')}</dt>
        <dd><CopyCode text={head.root} label={t('evidence.head.copyRoot')} /></dd>
      </div>
      <div>
        <dt>{t('evidence.head.checkpoint')}</dt>
        <dd>
          {head.checkpoint ? (
            <StatusDot hue="green"><span title={dateTime(head.checkpoint.at)}>{ago(head.checkpoint.at)}</span><span className="kd-faint"> · {waiting > 0 ? t('evidence.head.waiting', { n: number(waiting) }) : t('evidence.head.covered')}</span></StatusDot>
          ) : (
            <StatusDot hue="amber" hollow>{t('evidence.head.none')}</StatusDot>
          )}
        </dd>
      </div>
      <div className="kd-head-anchors">
        <dt>{t('evidence.head.anchors')}</dt>
        <dd>
          {head.anchors.length === 0 ? <span className="kd-row kd-muted"><Icon name="info" size={14} />{t('evidence.head.noAnchor')}</span> : null}
          {head.anchors.map((anchor) => (
            <StatusDot key={anchor.kind} hue={anchor.ok ? 'green' : 'rose'}>
              {t(`evidence.anchor.${anchor.kind}`, { defaultValue: anchor.kind })} <span className="kd-faint">{anchorState(anchor, t)}</span>
            </StatusDot>
          ))}
        </dd>
      </div>
    </dl>
  );
}

type Translate = ReturnType<typeof useTranslation>['t'];

/** `up to date`, `12 minutes behind`, or that nothing has reached the anchor. */
export function anchorState(anchor: EvidenceHead['anchors'][number], t: Translate): string {
  if (!anchor.last_at) return t('evidence.head.never');
  const seconds = anchor.lag_seconds ?? 0;
  if (seconds < 60) return t(anchor.ok ? 'evidence.head.current' : 'evidence.head.failing');
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? t('evidence.head.minutes', { n: minutes }) : t('evidence.head.hours', { n: Math.round(minutes / 60) });
}
