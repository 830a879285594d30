import { useTranslation } from 'react-i18next';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { CopyBlock } from '@/ui/Copy';
import { Dialog } from '@/ui/Dialog';
import { Notice } from '@/ui/PageHeader';
import { inviteLink, type Invite } from './usePeople';

/** The one time the link is seen: the server keeps only its hash. */
export function InviteDialog({ name, invite, onClose }: { name: string; invite: Invite; onClose: () => void }) {
  const { t } = useTranslation();
  const { dateTime } = useFormats();
  return (
    <Dialog open closable={false} title={t('people.inviteTitle', { name })} description={t('people.inviteText')} width={520} footer={<Button kind="primary" onClick={onClose}>{t('people.inviteDone')}</Button>}>
      <div className="kd-stack">
        <CopyBlock text={inviteLink(invite)} label={t('people.inviteLink')} />
        <Notice tone="warning">{t('people.inviteOnce', { time: dateTime(invite.expires_at) })}</Notice>
      </div>
    </Dialog>
  );
}
