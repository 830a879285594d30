/** The second factor: setting it up, new recovery codes, taking it away. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { useMe } from '@/api/queries';
import { useStepUp } from '@/app/StepUp';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { useConfirm } from '@/ui/Confirm';
import { Icon } from '@/ui/icons';
import { Notice, Section } from '@/ui/PageHeader';
import { Parts } from '@/ui/Parts';
import { ErrorState, SkeletonLines } from '@/ui/States';
import { StatusDot } from '@/ui/Tag';
import { useToast } from '@/ui/toast';
import { EnrolForm, type TotpSecret } from './EnrolForm';
import { RecoveryCodesDialog } from './RecoveryCodesDialog';
import { ReplaceForm } from './ReplaceForm';
import { factorsQuery, useRefreshAccount } from './useAccount';

/** Below this many codes somebody should make new ones. */
const FEW = 3;

export function FactorSection() {
  const { t } = useTranslation();
  const { dateTime } = useFormats();
  const me = useMe();
  const toast = useToast();
  const confirm = useConfirm();
  const withStepUp = useStepUp();
  const refresh = useRefreshAccount();
  const factors = useQuery(factorsQuery);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [replacing, setReplacing] = useState(false);
  const onError = (error: unknown): void => {
    const problem = asProblem(error);
    if (problem.code !== 'step_up.mfa') toast({ kind: 'error', text: problem.detail ?? problem.title });
  };
  const begin = useMutation({ mutationFn: () => api.post<TotpSecret>('/me/factors/totp'), onError });
  const renew = useMutation({ mutationFn: () => withStepUp(() => api.post<{ recovery_codes: string[] }>('/me/factors/recovery-codes')), onSuccess: (answer) => setCodes(answer.recovery_codes), onError });
  const remove = useMutation({ mutationFn: () => withStepUp(() => api.delete('/me/factors/totp')), onSuccess: async () => { toast({ text: t('account.factor.removed') }); await refresh(); }, onError });
  const required = me.second_factor.required;
  const data = factors.data;
  const askRemove = async (): Promise<void> => {
    if (await confirm({ title: t('account.factor.removeTitle'), text: t('account.factor.removeText'), action: t('account.factor.remove'), danger: true })) remove.mutate();
  };
  const askRenew = async (): Promise<void> => {
    if (await confirm({ title: t('account.codes.renewTitle'), text: t('account.codes.renewText'), action: t('account.codes.renew') })) renew.mutate();
  };
  return (
    <div id="account-factor" className="kd-account-anchor">
      <Section
        title={t('account.factor.title')}
        description={t('account.factor.text')}
        actions={data ? <StatusDot hue={data.totp.enrolled ? 'green' : required ? 'rose' : 'slate'} hollow={!data.totp.enrolled}>{data.totp.enrolled ? t('account.factor.on') : t('account.factor.off')}</StatusDot> : undefined}
      >
        {factors.error && !data ? <ErrorState error={factors.error} onRetry={() => void factors.refetch()} compact />
          : !data ? <SkeletonLines lines={3} />
          : data.totp.enrolled && replacing ? <ReplaceForm onCancel={() => setReplacing(false)} onDone={setCodes} />
          : data.totp.enrolled ? (
            <div className="kd-stack">
              <div className="kd-account-line">
                <Icon name="mobile" size={18} />
                <div className="kd-grow">
                  <strong>{t('account.factor.totp')}</strong>
                  <Parts parts={[data.totp.at ? t('account.factor.since', { time: dateTime(data.totp.at) }) : null, required ? t('account.factor.required') : null]} />
                </div>
                <Button onClick={() => setReplacing(true)}>{t('account.replace.open')}</Button>
                {required ? null : <Button loading={remove.isPending} onClick={() => void askRemove()}>{t('account.factor.remove')}</Button>}
              </div>
              <div className="kd-account-line">
                <Icon name="key" size={18} />
                <div className="kd-grow">
                  <strong>{t('account.codes.title')}</strong>
                  <p className="kd-faint">{t('account.codes.left', { n: data.recovery_codes_left })}</p>
                </div>
                <Button loading={renew.isPending} onClick={() => void askRenew()}>{t('account.codes.renew')}</Button>
              </div>
              {data.recovery_codes_left < FEW ? <Notice tone="warning">{t('account.codes.few')}</Notice> : null}
            </div>
          ) : begin.data ? <EnrolForm secret={begin.data} onCancel={() => begin.reset()} onDone={(made) => setCodes(made)} />
          : (
            <div className="kd-account-line">
              <Icon name="mobile" size={18} />
              <div className="kd-grow"><strong>{t('account.factor.totp')}</strong><p className="kd-faint">{t('account.factor.explain')}</p></div>
              <Button kind="primary" loading={begin.isPending} onClick={() => begin.mutate()}>{t('account.factor.begin')}</Button>
            </div>
          )}
      </Section>
      {/* The session is read again only afterwards: that redraws the page, and these codes are shown once. */}
      <RecoveryCodesDialog codes={codes} login={me.person.login} org={me.org_name} onStored={() => { setCodes(null); setReplacing(false); begin.reset(); toast({ text: t('account.codes.stored') }); void refresh(); }} />
    </div>
  );
}
