/** My own account: second factor, password, sessions. Also where a person lands who must do one of them first. */
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/queries';
import { useFormats } from '@/i18n/format';
import { Facts, Notice, Page, PageHeader, Section } from '@/ui/PageHeader';
import { PasswordSection } from './PasswordSection';
import { SessionsSection } from './SessionsSection';
import { TotpSection } from './TotpSection';
import './account.css';

export function AccountPage() {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const me = useMe();
  const must = me.must ?? [];
  return (
    <Page header={<PageHeader icon="user" title={t('nav.account')} description={me.person.name} />}>
      {must.includes('enrol_totp') ? <Notice tone="warning" title={t('account.mustTotpTitle')}>{t('account.mustTotp')}</Notice> : null}
      {must.includes('change_password') ? <Notice tone="warning" title={t('account.mustPasswordTitle')}>{t('account.mustPassword')}</Notice> : null}
      <Section title={t('account.profile')}>
        <Facts items={[
          { label: t('people.name'), value: me.person.name },
          { label: t('signIn.login'), value: me.person.login },
          { label: t('people.unit'), value: me.person.unit?.name ?? '—' },
          { label: t('people.title'), value: me.person.title ?? '—' },
          { label: t('people.roles'), value: me.roles.map(pick).join(t('common.listGap')) || '—' },
        ]} />
      </Section>
      <TotpSection required={me.second_factor.required} />
      <PasswordSection />
      {must.length === 0 ? <SessionsSection /> : null}
    </Page>
  );
}
