/** What a page shows when it has nothing to show: loading, empty, error, no permission. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '@/api/problem';
import { Button } from './Button';
import { cx } from './classes';
import { Icon, type IconName } from './icons';
import './states.css';

interface StateProps {
  icon: IconName;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  tone?: 'plain' | 'danger' | 'privacy';
  compact?: boolean;
}

function State({ icon, title, children, actions, tone = 'plain', compact }: StateProps) {
  return (
    <div className={cx('kd-state', `kd-state-${tone}`, compact && 'kd-state-compact')}>
      <div className="kd-state-icon"><Icon name={icon} size={compact ? 18 : 22} /></div>
      <h3>{title}</h3>
      {children ? <div className="kd-state-text">{typeof children === 'string' ? sentences(children) : children}</div> : null}
      {actions ? <div className="kd-state-actions">{actions}</div> : null}
    </div>
  );
}

/** Chinese may break between any two characters: a line ends with a sentence where it can. */
const sentences = (text: string): ReactNode => text.split(/(?<=[。！？])/).map((one, at) => <span key={at} className="kd-sentence">{one}</span>);

/** Says what will appear here and how to make the first one. */
export function Empty({ icon = 'inbox', title, children, actions, compact }: { icon?: IconName; title: string; children?: ReactNode; actions?: ReactNode; compact?: boolean }) {
  return <State icon={icon} title={title} actions={actions} compact={compact}>{children}</State>;
}

/** Shows a failed request: what happened, what to do, and the trace id for support. */
export function ErrorState({ error, onRetry, actions, compact }: { error: unknown; onRetry?: () => void; actions?: ReactNode; compact?: boolean }) {
  const { t } = useTranslation();
  const problem = asProblem(error);
  if (problem.status === 403) return <NoPermission reason={problem.detail} traceId={problem.traceId} compact={compact} />;
  const advice = problem.status === 0 ? t('error.offline') : problem.status === 404 ? t('error.notFound') : problem.status === 429 ? t('error.tooMany') : problem.detail ?? t('error.retry');
  return (
    <div role="alert">
      <State
        icon={problem.status === 404 ? 'search' : 'warning'}
        tone={problem.status === 404 ? 'plain' : 'danger'}
        title={problem.status === 0 ? t('error.offlineTitle') : problem.title}
        actions={actions ?? (onRetry ? <Button icon="refresh" onClick={onRetry}>{t('common.retry')}</Button> : undefined)}
        compact={compact}
      >
        <p>{advice}</p>
        {problem.status === 404 ? null : <TraceId id={problem.traceId} />}
      </State>
    </div>
  );
}

export function NoPermission({ reason, traceId, compact }: { reason?: string; traceId?: string; compact?: boolean }) {
  const { t } = useTranslation();
  return (
    <State icon="lock" tone="privacy" title={t('noPermission.title')} compact={compact}>
      <p>{reason ?? t('noPermission.text')}</p>
      <p>{t('noPermission.ask')}</p>
      <TraceId id={traceId} />
    </State>
  );
}

function TraceId({ id }: { id?: string }) {
  const { t } = useTranslation();
  if (!id) return null;
  return <p className="kd-state-trace">{t('error.trace')} <code>{id}</code></p>;
}

/** Grey bars in the shape of text; decoration, so hidden from assistive technology. */
export function SkeletonLines({ lines = 3 }: { lines?: number }) {
  return (
    <div className="kd-skeleton" aria-hidden="true">
      {Array.from({ length: lines }, (_, at) => <i key={at} className={`kd-skeleton-w${at % 4}`} />)}
    </div>
  );
}

export function SkeletonRows({ rows = 12 }: { rows?: number }) {
  return (
    <div className="kd-skeleton-rows" aria-hidden="true">
      {Array.from({ length: rows }, (_, at) => (
        <div key={at}><i className={`kd-skeleton-w${at % 4}`} /><i /><i className={`kd-skeleton-w${(at + 2) % 4}`} /><i /></div>
      ))}
    </div>
  );
}

/** A page that is loading; announced once. */
export function PageSkeleton() {
  const { t } = useTranslation();
  return (
    <div className="kd-page-skeleton" role="status" aria-label={t('common.loading')}>
      <SkeletonLines lines={2} />
      <SkeletonRows rows={8} />
    </div>
  );
}

/** A record that is loading: its head, its facts, what happened. */
export function RecordSkeleton() {
  const { t } = useTranslation();
  return (
    <div className="kd-record-skeleton" role="status" aria-label={t('common.loading')}>
      <SkeletonLines lines={2} />
      <SkeletonLines lines={12} />
      <SkeletonLines lines={7} />
    </div>
  );
}
