/** One's own account: second factor, password, sessions, preferences. Also where somebody lands who must do one of them first. */
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/queries';
import { useFormats } from '@/i18n/format';
import { Avatar } from '@/ui/Avatar';
import { Page, PageHeader } from '@/ui/PageHeader';
import { Parts } from '@/ui/Parts';
import { FactorSection } from './FactorSection';
import { MustBanner } from './MustBanner';
import { PasswordSection } from './PasswordSection';
import { PreferencesSection } from './PreferencesSection';
import { SessionsSection } from './SessionsSection';
import './account.css';

export function AccountPage() {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const me = useMe();
  const must = me.must ?? [];
  // What must be done comes first.
  const passwordFirst = must.includes('change_password') && !must.includes('enrol_totp');
  return (
    <Page header={<PageHeader icon="user" title={t('nav.account')} />}>
      {must.length > 0 ? <MustBanner must={must} /> : null}
      <div className="kd-account-head">
        <Avatar name={me.person.name} size="large" />
        <div className="kd-grow">
          <h2>{me.person.name}</h2>
          <Parts className="kd-muted" parts={[...new Set([me.person.login, me.person.unit?.name, me.person.title, me.roles.map(pick).join(t('common.listGap'))])]} />
        </div>
      </div>
      {passwordFirst ? <PasswordSection /> : null}
      <FactorSection />
      {passwordFirst ? null : <PasswordSection />}
      <SessionsSection />
      <PreferencesSection />
    </Page>
  );
}
