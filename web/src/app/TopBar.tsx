import { useNavigate } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { objectsQuery } from '@/api/queries';
import type { SignedIn } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { setPreferences, usePreferences, type Appearance } from '@/theme/preferences';
import { Avatar } from '@/ui/Avatar';
import { Button } from '@/ui/Button';
import { Icon } from '@/ui/icons';
import { KeyboardHint } from '@/ui/KeyboardHint';
import { Menu, type MenuItem } from '@/ui/Menu';
import { usePhone } from '@/ui/useMedia';
import { objectIcon } from './icons';
import { Logo } from './Logo';
import { useSignOut } from './useSignOut';

export function TopBar({ me, limited, onSearch }: { me: SignedIn; limited: boolean; onSearch: () => void }) {
  const { t } = useTranslation();
  const phone = usePhone();
  return (
    <header className="kd-top">
      {phone || limited ? <Logo /> : null}
      {/* Without the rail beside it the bar says where one is. */}
      {limited ? <strong className="kd-grow kd-truncate">{me.org_name ?? t('app.name')}</strong> : (
        <button type="button" className="kd-top-search" onClick={onSearch}>
          <Icon name="search" />
          <span className="kd-truncate">{t('shell.search')}</span>
          {phone ? null : <KeyboardHint keys="Mod+K" />}
        </button>
      )}
      <div className="kd-top-end">
        {limited || phone ? null : <CreateMenu me={me} />}
        <UserMenu me={me} />
      </div>
    </header>
  );
}

function CreateMenu({ me }: { me: SignedIn }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const navigate = useNavigate();
  const { data: objects = [] } = useQuery(objectsQuery);
  const items: MenuItem[] = objects
    .filter((object) => me.objects.some((one) => one.key === object.key && one.actions.includes('create')))
    .map((object) => ({ key: object.key, icon: objectIcon(object), label: pick(object), onSelect: () => void navigate({ to: '/o/$object', params: { object: object.key }, search: { new: 1 } }) }));
  if (items.length === 0) return null;
  return (
    <Menu items={items} placement="bottomRight">
      <Button icon="plus" aria-haspopup="menu">{t('shell.create')}</Button>
    </Menu>
  );
}

const APPEARANCES: readonly Appearance[] = ['light', 'dark', 'system'];
const APPEARANCE_ICON = { light: 'sun', dark: 'moon', system: 'monitor' } as const;

function UserMenu({ me }: { me: SignedIn }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const { appearance, language } = usePreferences();
  const { pick } = useFormats();
  const items: MenuItem[] = [
    { key: 'account', icon: 'user', label: t('nav.account'), onSelect: () => void navigate({ to: '/account' }) },
    { kind: 'divider', key: 'd1' },
    { kind: 'group', key: 'look', label: t('appearance.title'), items: APPEARANCES.map((one) => ({ key: one, icon: APPEARANCE_ICON[one], label: t(`appearance.${one}`), checked: appearance === one, onSelect: () => setPreferences({ appearance: one }) })) },
    { kind: 'group', key: 'lang', label: t('language.title'), items: [
      { key: 'zh-CN', icon: 'language', label: t('language.zh'), checked: language === 'zh-CN', onSelect: () => setPreferences({ language: 'zh-CN' }) },
      { key: 'en', icon: 'language', label: t('language.en'), checked: language === 'en', onSelect: () => setPreferences({ language: 'en' }) },
    ] },
    { kind: 'divider', key: 'd2' },
    { key: 'out', icon: 'log-out', label: t('shell.signOut'), onSelect: () => void signOut() },
  ];
  const head = (
    <div>
      <strong>{me.person.name}</strong>
      <div className="kd-faint">{[me.person.unit?.name, me.roles.map(pick).join(' · ')].filter(Boolean).join(' · ')}</div>
    </div>
  );
  return (
    <Menu items={items} head={head} placement="bottomRight">
      <button type="button" className="kd-user" aria-label={t('shell.userMenu', { name: me.person.name })}><Avatar name={me.person.name} /></button>
    </Menu>
  );
}
