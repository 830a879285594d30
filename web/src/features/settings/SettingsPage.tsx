/** How the installation does: engine, search, evidence, keys; for system administrators. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan } from '@/api/queries';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { Icon } from '@/ui/icons';
import { Facts, Notice, Page, PageHeader, Section } from '@/ui/PageHeader';
import { ErrorState, NoPermission, SkeletonLines } from '@/ui/States';
import { StatusDot } from '@/ui/Tag';
import { useToast } from '@/ui/toast';
import { readStatus, uptimeParts, type StatusFacts } from './model';
import './settings.css';

const DOCUMENT = '/api/v1/openapi.json';

export function SettingsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const allowed = can.capability('settings_manage');
  const status = useQuery({ queryKey: ['status'], queryFn: async () => readStatus(await api.get<unknown>('/status')), enabled: allowed, refetchInterval: 10_000, gcTime: 0 });
  if (!allowed) return <NoPermission />;
  const refresh = <Button icon="refresh" loading={status.isFetching} onClick={() => void status.refetch()}>{t('settings.refresh')}</Button>;
  return (
    <Page header={<PageHeader icon="settings" title={t('nav.settings')} description={t('settings.text')} actions={refresh} />}>
      {status.data ? <Loaded facts={status.data} stale={status.isError} /> : status.error ? <ErrorState error={status.error} onRetry={() => void status.refetch()} /> : <div role="status" aria-label={t('common.loading')} className="kd-stack"><Section><SkeletonLines lines={4} /></Section><Section><SkeletonLines lines={3} /></Section></div>}
    </Page>
  );
}

function Loaded({ facts, stale }: { facts: StatusFacts; stale: boolean }) {
  const { t } = useTranslation();
  const { number, bytes } = useFormats();
  const can = useCan();
  const toast = useToast();
  const uptime = uptimeParts(facts.seconds).map((part) => t(`settings.uptime.${part.unit}`, { n: part.n })).join(t('settings.uptime.gap'));
  const copy = (): void => void navigator.clipboard.writeText(new URL(DOCUMENT, window.location.origin).href).then(() => toast({ text: t('common.copied') }));
  return (
    <>
      {stale ? <Notice tone="warning">{t('settings.stale')}</Notice> : null}
      <Section title={t('settings.server.title')}>
        <Facts items={[
          { label: t('settings.server.version'), value: facts.version },
          { label: t('settings.server.engine'), value: t(`settings.engine.${facts.engine}`, { defaultValue: facts.engine }) },
          { label: t('settings.server.uptime'), value: uptime },
          ...(facts.policyReports === null ? [] : [{ label: t('settings.server.reports'), value: <StatusDot hue={facts.policyReports > 0 ? 'amber' : 'green'}>{facts.policyReports > 0 ? t('settings.server.reportsSome', { n: number(facts.policyReports) }) : t('settings.server.reportsNone')}</StatusDot> }]),
        ]} />
      </Section>
      <Section title={t('settings.arena.title')} description={t('settings.arena.text')} actions={<StatusDot hue={facts.arena.ready ? 'green' : 'amber'}>{facts.arena.ready ? t('settings.arena.ready') : t('settings.arena.filling')}</StatusDot>}>
        <Facts items={[{ label: t('settings.arena.records'), value: number(facts.arena.records) }, { label: t('settings.arena.bytes'), value: bytes(facts.arena.bytes) }]} />
      </Section>
      <Section title={t('settings.evidence.title')} description={t('settings.evidence.text')} actions={can.capability('evidence_read') ? <Link to="/evidence" className="kd-settings-link">{t('settings.evidence.open')}<Icon name="arrow-right" size={14} /></Link> : undefined}>
        <Facts items={[{ label: t('settings.evidence.events'), value: number(facts.events) }]} />
      </Section>
      <Section title={t('settings.keys.title')} description={t('settings.keys.text')}>
        <div className="kd-stack">
          <Facts items={[{ label: t('settings.keys.root'), value: t(`settings.root.${facts.root}`, { defaultValue: facts.root }) }, { label: t('settings.keys.epoch'), value: number(facts.epoch) }]} />
          {facts.root === 'env' || facts.root === 'file' ? <Notice tone={facts.root === 'env' ? 'warning' : 'info'}>{t(`settings.rootAdvice.${facts.root}`)}</Notice> : null}
        </div>
      </Section>
      <Section title={t('settings.api.title')} description={t('settings.api.text')}>
        <div className="kd-row kd-row-wrap">
          <a className="kd-settings-link" href={DOCUMENT} target="_blank" rel="noopener noreferrer"><Icon name="file" size={14} />{t('settings.api.open')}</a>
          <code className="kd-faint">{DOCUMENT}</code>
          <Button kind="quiet" size="small" icon="copy" onClick={copy}>{t('common.copy')}</Button>
        </div>
      </Section>
    </>
  );
}
