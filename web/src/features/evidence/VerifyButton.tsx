import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { EvidenceReport } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { Notice } from '@/ui/PageHeader';
import { Stat } from '@/ui/Steps';
import { useToast } from '@/ui/toast';

interface VerifyAnswer { report?: EvidenceReport; job?: string; id?: string }
interface Job { id: string; state: string; result?: { report?: EvidenceReport } | EvidenceReport | null }

/** Recomputes the whole chain; a long run goes on as a job that this waits for. */
async function verify(): Promise<EvidenceReport> {
  const answer = await api.post<VerifyAnswer>('/evidence/verify');
  if (answer.report) return answer.report;
  const id = answer.job ?? answer.id ?? '';
  for (let tries = 0; tries < 600; tries += 1) {
    await new Promise((resolve) => { window.setTimeout(resolve, 1000); });
    const job = await api.get<Job>(`/jobs/${id}`);
    const result = job.result && 'report' in job.result ? job.result.report : (job.result as EvidenceReport | null | undefined);
    if (result) return result;
    if (job.state === 'failed' || job.state === 'cancelled') break;
  }
  throw new Error('verify');
}

export function VerifyButton() {
  const { t } = useTranslation();
  const { number } = useFormats();
  const toast = useToast();
  const [report, setReport] = useState<EvidenceReport | null>(null);
  const run = useMutation({ mutationFn: verify, onSuccess: setReport, onError: (error) => toast({ kind: 'error', text: asProblem(error).status > 0 ? asProblem(error).title : t('evidence.verifyFailed') }) });
  return (
    <>
      <Button kind="primary" icon="shield-check" loading={run.isPending} onClick={() => run.mutate()}>{run.isPending ? t('evidence.verifying') : t('evidence.verify')}</Button>
      <Dialog open={report !== null} title={t('evidence.reportTitle')} onClose={() => setReport(null)} footer={<Button kind="primary" onClick={() => setReport(null)}>{t('common.done')}</Button>}>
        {report ? (
          <div className="kd-stack">
            <Notice tone={report.ok ? 'success' : 'danger'} title={t(report.ok ? 'evidence.reportOk' : 'evidence.reportBad', { n: report.problems.length })}>{t('evidence.reportText', { seconds: number(Math.round(report.seconds * 100) / 100) })}</Notice>
            <div className="kd-stats">
              <Stat label={t('evidence.events')} value={number(report.events)} />
              <Stat label={t('evidence.checkpoints')} value={number(report.checkpoints)} />
              <Stat label={t('evidence.anchors')} value={number(report.anchors)} />
            </div>
            {report.problems.length > 0 ? <ul className="kd-problems">{report.problems.slice(0, 50).map((problem, at) => <li key={at}><code>{problem.seq ?? '—'}</code><span>{t(`evidence.problem.${problem.kind}`, { defaultValue: problem.kind })}</span><span className="kd-muted">{problem.detail}</span></li>)}</ul> : null}
          </div>
        ) : null}
      </Dialog>
    </>
  );
}
