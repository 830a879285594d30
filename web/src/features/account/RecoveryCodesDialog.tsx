/** Recovery codes, shown once; the dialog stays until they are said to be stored. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUnsavedGuard } from '@/app/unsaved';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { Checkbox } from '@/ui/Field';
import { Notice } from '@/ui/PageHeader';
import { codesText } from './model';

export function RecoveryCodesDialog({ codes, login, org, onStored }: { codes: readonly string[] | null; login: string; org: string | null; onStored: () => void }) {
  const { t } = useTranslation();
  const { date } = useFormats();
  const [copied, setCopied] = useState(false);
  const [stored, setStored] = useState(false);
  useUnsavedGuard(codes !== null);
  const today = date(new Date().toISOString());
  const text = codesText([t('account.codes.fileTitle', { org: org ?? t('app.name') }), t('account.codes.fileLogin', { login }), t('account.codes.fileDate', { date: today }), t('account.codes.once')], codes ?? []);
  const copy = (): void => void navigator.clipboard.writeText(text).then(() => setCopied(true));
  const save = (): void => {
    const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `kedun-recovery-codes-${login}.txt`;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return (
    <Dialog
      open={codes !== null}
      closable={false}
      width={520}
      title={t('account.codes.shownTitle')}
      description={t('account.codes.shownText')}
      afterClose={() => { setCopied(false); setStored(false); }}
      footer={<Button kind="primary" disabled={!stored} onClick={onStored}>{t('common.done')}</Button>}
    >
      <div className="kd-stack">
        <div className="kd-codes">
          <p className="kd-codes-print">{t('account.codes.fileTitle', { org: org ?? t('app.name') })} · {login} · {today}</p>
          <ol aria-label={t('account.codes.title')}>{(codes ?? []).map((code) => <li key={code}><code>{code}</code></li>)}</ol>
        </div>
        <div className="kd-row kd-row-wrap">
          <Button icon={copied ? 'check' : 'copy'} onClick={copy}>{copied ? t('common.copied') : t('common.copy')}</Button>
          <Button icon="download" onClick={save}>{t('account.codes.save')}</Button>
          <Button icon="printer" onClick={() => window.print()}>{t('account.codes.print')}</Button>
        </div>
        <Notice tone="warning">{t('account.codes.once')}</Notice>
        <Checkbox checked={stored} onChange={setStored}>{t('account.codes.confirm')}</Checkbox>
      </div>
    </Dialog>
  );
}
