import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { sessionQuery } from '@/api/queries';
import type { Factors } from '@/api/types';
import { useStepUp } from '@/app/StepUp';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { useConfirm } from '@/ui/Confirm';
import { Dialog } from '@/ui/Dialog';
import { Field, TextInput } from '@/ui/Field';
import { Notice, Section } from '@/ui/PageHeader';
import { QrCode } from '@/ui/QrCode';
import { ErrorState, SkeletonLines } from '@/ui/States';
import { StatusDot } from '@/ui/Tag';
import { useToast } from '@/ui/toast';

export function TotpSection({ required }: { required: boolean }) {
  const { t } = useTranslation();
  const { dateTime } = useFormats();
  const toast = useToast();
  const confirm = useConfirm();
  const stepUp = useStepUp();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey: ['factors'], queryFn: () => api.get<Factors>('/me/factors') });
  const [secret, setSecret] = useState<{ secret: string; uri: string } | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const refresh = (): void => {
    void client.invalidateQueries({ queryKey: ['factors'] });
    void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  const onError = (failure: unknown): void => toast({ kind: 'error', text: asProblem(failure).detail ?? asProblem(failure).title });
  const begin = useMutation({ mutationFn: () => api.post<{ secret: string; uri: string }>('/me/factors/totp'), onSuccess: setSecret, onError });
  const renew = useMutation({ mutationFn: () => stepUp(() => api.post<{ recovery_codes: string[] }>('/me/factors/recovery-codes')), onSuccess: (answer) => { setCodes(answer.recovery_codes); refresh(); }, onError });
  const remove = useMutation({ mutationFn: () => stepUp(() => api.delete('/me/factors/totp')), onSuccess: refresh, onError });
  return (
    <Section title={t('account.totp')} description={t('account.totpText')} actions={data && !data.totp.enrolled && !secret ? <Button kind="primary" loading={begin.isPending} onClick={() => begin.mutate()}>{t('account.totpStart')}</Button> : null}>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} compact /> : !data ? <SkeletonLines lines={2} /> : secret ? (
        <Enrol secret={secret} onDone={(list) => { setSecret(null); setCodes(list); }} onCancel={() => setSecret(null)} />
      ) : data.totp.enrolled ? (
        <div className="kd-stack">
          <StatusDot hue="green">{t('account.totpOn', { time: data.totp.at ? dateTime(data.totp.at) : '' })}</StatusDot>
          <div className="kd-row kd-row-wrap">
            <span className={data.recovery_codes_left < 3 ? 'kd-low' : 'kd-muted'}>{t('account.codesLeft', { n: data.recovery_codes_left })}</span>
            <Button size="small" loading={renew.isPending} onClick={() => void confirm({ title: t('account.renewTitle'), text: t('account.renewText'), action: t('account.renew') }).then((yes) => yes && renew.mutate())}>{t('account.renew')}</Button>
            {required ? null : <Button size="small" onClick={() => void confirm({ title: t('account.totpOffTitle'), text: t('account.totpOffText'), action: t('account.totpOff'), danger: true }).then((yes) => yes && remove.mutate())}>{t('account.totpOff')}</Button>}
          </div>
        </div>
      ) : (
        <StatusDot hue={required ? 'rose' : 'amber'} hollow>{t(required ? 'account.totpRequired' : 'account.totpNone')}</StatusDot>
      )}
      <RecoveryCodes codes={codes} onClose={() => { setCodes(null); refresh(); }} />
    </Section>
  );
}

function Enrol({ secret, onDone, onCancel }: { secret: { secret: string; uri: string }; onDone: (codes: string[]) => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const confirm = useMutation({ mutationFn: () => api.post<{ recovery_codes: string[] }>('/me/factors/totp/confirm', { code: code.replaceAll(/\s/g, '') }), onSuccess: (answer) => onDone(answer.recovery_codes) });
  const problem = confirm.error ? asProblem(confirm.error) : null;
  return (
    <form className="kd-enrol" onSubmit={(event) => { event.preventDefault(); confirm.mutate(); }}>
      <QrCode text={secret.uri} label={t('account.qrLabel')} />
      <div className="kd-stack kd-grow">
        <p className="kd-muted">{t('account.scan')}</p>
        <code className="kd-secret">{secret.secret.replaceAll(/(.{4})/g, '$1 ').trim()}</code>
        <Field label={t('signIn.code')} error={problem ? (problem.detail ?? problem.title) : undefined}>
          <TextInput value={code} onChange={setCode} autoComplete="one-time-code" inputMode="numeric" autoFocus className="kd-otp" />
        </Field>
        <div className="kd-row">
          <Button kind="primary" type="submit" loading={confirm.isPending} disabled={code.trim().length < 6}>{t('account.totpConfirm')}</Button>
          <Button onClick={onCancel}>{t('common.cancel')}</Button>
        </div>
      </div>
    </form>
  );
}

function RecoveryCodes({ codes, onClose }: { codes: string[] | null; onClose: () => void }) {
  const { t } = useTranslation();
  const toast = useToast();
  return (
    <Dialog open={codes !== null} closable={false} title={t('account.codesTitle')} description={t('account.codesText')} footer={<><Button icon="copy" onClick={() => void navigator.clipboard.writeText((codes ?? []).join('\n')).then(() => toast({ text: t('common.copied') }))}>{t('common.copy')}</Button><Button kind="primary" onClick={onClose}>{t('account.codesKept')}</Button></>}>
      <ol className="kd-codes">{(codes ?? []).map((code) => <li key={code}><code>{code}</code></li>)}</ol>
      <Notice tone="warning">{t('account.codesOnce')}</Notice>
    </Dialog>
  );
}
