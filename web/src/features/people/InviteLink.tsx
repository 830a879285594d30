import { useTranslation } from 'react-i18next';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { Notice } from '@/ui/PageHeader';
import { useToast } from '@/ui/toast';

export interface Invite { link: string; expires_at: string }

/** A one-time link to choose a password; shown once. */
export function InviteLink({ invite }: { invite: Invite }) {
  const { t } = useTranslation();
  const { dateTime } = useFormats();
  const toast = useToast();
  return (
    <div className="kd-stack">
      <p className="kd-muted">{t('people.linkText', { time: dateTime(invite.expires_at) })}</p>
      <code className="kd-invite">{invite.link}</code>
      <div><Button icon="copy" kind="primary" onClick={() => void navigator.clipboard.writeText(invite.link).then(() => toast({ text: t('common.copied') }))}>{t('people.copyLink')}</Button></div>
      <Notice tone="warning">{t('people.linkOnce')}</Notice>
    </div>
  );
}
