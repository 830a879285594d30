/** A new installation has nobody who gives roles; the system administrator names one, once. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { sessionQuery, useMe } from '@/api/queries';
import { Button } from '@/ui/Button';
import { Menu } from '@/ui/Menu';
import { Notice } from '@/ui/PageHeader';
import type { PersonRow } from './usePeople';

export function FirstOfficer({ people }: { people: readonly PersonRow[] }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const name = useMutation({
    mutationFn: (id: string) => api.post(`/people/${id}/first-security-admin`),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      void client.invalidateQueries({ queryKey: ['people'] });
      void client.invalidateQueries({ queryKey: ['person'] });
    },
  });
  if (!me.needs_security_admin) return null;
  const others = people.filter((one) => one.id !== me.person.id && one.kind === 'user' && one.status !== 'left');
  const problem = name.error ? asProblem(name.error) : null;
  const pick = (
    <Menu items={others.map((one) => ({ key: one.id, label: one.name, onSelect: () => name.mutate(one.id) }))}>
      <Button size="small" iconEnd="chevron-down" aria-haspopup="menu" loading={name.isPending} disabled={others.length === 0}>{t('people.firstOfficer.choose')}</Button>
    </Menu>
  );
  return (
    <div className="kd-people-notice">
      <Notice tone="warning" title={t('people.firstOfficer.title')} actions={pick}>{problem ? problem.detail ?? problem.title : t(others.length === 0 ? 'people.firstOfficer.alone' : 'people.firstOfficer.text')}</Notice>
    </div>
  );
}
