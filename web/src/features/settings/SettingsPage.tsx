import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan } from '@/api/queries';
import type { Status } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Facts, Page, PageHeader, Section } from '@/ui/PageHeader';
import { ErrorState, NoPermission, SkeletonLines } from '@/ui/States';
import { StatusDot } from '@/ui/Tag';

export function SettingsPage() {
  const can = useCan();
  return can.capability('settings_manage') ? <System /> : <NoPermission />;
}

/** How the server is doing. */
function System() {
  const { t } = useTranslation();
  const { number, bytes } = useFormats();
  const { data, error, refetch } = useQuery({ queryKey: ['status'], queryFn: () => api.get<Status>('/status'), refetchInterval: 15_000, staleTime: 0 });
  const uptime = (seconds: number): string => (seconds >= 86_400 ? t('system.days', { n: Math.floor(seconds / 86_400) }) : seconds >= 3600 ? t('system.hours', { n: Math.floor(seconds / 3600) }) : t('system.minutes', { n: Math.floor(seconds / 60) }));
  return (
    <Page header={<PageHeader icon="settings" title={t('nav.settings')} description={t('system.lead')} />}>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : !data ? <SkeletonLines lines={6} /> : (
        <>
          <Section title={t('system.server')}>
            <Facts items={[
              { label: t('system.version'), value: data.version },
              { label: t('system.uptime'), value: uptime(data.uptime) },
              { label: t('system.engine'), value: data.engine },
              { label: t('system.events'), value: number(data.events) },
            ]} />
          </Section>
          <Section title={t('system.arena')} description={t('system.arenaText')}>
            <Facts items={[
              { label: t('system.state'), value: <StatusDot hue={data.arena.ready ? 'green' : 'amber'}>{t(data.arena.ready ? 'system.ready' : 'system.filling')}</StatusDot> },
              { label: t('system.records'), value: number(data.arena.records) },
              { label: t('system.memory'), value: bytes(data.arena.bytes) },
            ]} />
          </Section>
          <Section title={t('system.keys')} description={t('system.keysText')}>
            <Facts items={[
              { label: t('system.root'), value: t(`system.rootKind.${data.keys.root}`, { defaultValue: data.keys.root }) },
              { label: t('system.epoch'), value: number(data.keys.epoch) },
            ]} />
          </Section>
        </>
      )}
    </Page>
  );
}
