/** Reads the whole log again and says plainly what was checked and what is wrong. */
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { Icon } from '@/ui/icons';
import { Notice } from '@/ui/PageHeader';
import { ProgressBar } from '@/ui/Progress';
import { ErrorState } from '@/ui/States';
import { groupProblems, reportOf, type Report, type VerifyJob } from './verify';

const POLL_MS = 700;

export function VerifyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [progress, setProgress] = useState<number | null>(null);
  const gone = useRef(false);
  const run = useMutation({
    mutationFn: async (): Promise<Report> => {
      let answer = await api.post<VerifyJob | Report>('/evidence/verify');
      for (;;) {
        const report = reportOf(answer);
        if (report) return report;
        const job = answer as VerifyJob;
        const id = job.id ?? job.job;
        if (!id || gone.current) throw new Error(t('evidence.verifying.stopped'));
        if (job.progress && job.progress.total > 0) setProgress(job.progress.done / job.progress.total);
        await new Promise((resolve) => window.setTimeout(resolve, POLL_MS));
        answer = await api.get<VerifyJob>(`/jobs/${id}`);
      }
    },
  });
  const { mutate } = run;
  useEffect(() => {
    gone.current = false;
    mutate();
    return () => { gone.current = true; };
  }, [mutate]);
  return (
    <Dialog open title={t('evidence.verifying.title')} description={t('evidence.verifying.text')} width={560} onClose={onClose} footer={<Button kind={run.data ? 'primary' : 'default'} onClick={onClose}>{t(run.data ? 'common.done' : 'common.cancel')}</Button>}>
      {run.error ? (
        <ErrorState compact error={run.error} onRetry={() => { setProgress(null); mutate(); }} />
      ) : run.data ? (
        <Result report={run.data} />
      ) : (
        <div className="kd-stack" role="status">
          <ProgressBar value={progress} label={t('evidence.verifying.title')} />
          <p className="kd-muted">{t('evidence.verifying.running')}</p>
        </div>
      )}
    </Dialog>
  );
}

function Result({ report }: { report: Report }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const groups = groupProblems(report.problems);
  const good = report.ok && groups.length === 0;
  const checks = [
    t('evidence.verifying.events', { n: number(report.events) }),
    t('evidence.verifying.checkpoints', { n: number(report.checkpoints) }),
    report.anchors > 0 ? t('evidence.verifying.anchors', { n: number(report.anchors) }) : null,
    report.destroyed ? t('evidence.verifying.destroyed', { n: number(report.destroyed) }) : null,
  ].filter((one) => one !== null);
  return (
    <div className="kd-stack" role="status">
      <Notice tone={good ? 'success' : 'danger'} title={t(good ? 'evidence.verifying.good' : 'evidence.verifying.bad')}>{t(good ? 'evidence.verifying.goodText' : 'evidence.verifying.badText', { seconds: number(Math.round(report.seconds * 100) / 100) })}</Notice>
      <section className="kd-event-part">
        <h3>{t('evidence.verifying.checked')}</h3>
        <ul className={good ? 'kd-checks' : 'kd-checks kd-checks-bad'}>
          {checks.map((text) => <li key={text}><Icon name={good ? 'check' : 'search'} size={15} />{text}</li>)}
          {report.anchors === 0 ? <li className="kd-checks-none"><Icon name="info" size={15} />{t('evidence.verifying.noAnchor')}</li> : null}
        </ul>
      </section>
      {groups.length > 0 ? (
        <section className="kd-event-part">
          <h3>{t('evidence.verifying.found')}</h3>
          <ul className="kd-problems">
            {groups.map((group) => (
              <li key={group.kind}>
                <div className="kd-row"><Icon name="warning" size={15} /><strong>{t(`evidence.problem.${group.kind}.title`, { defaultValue: group.kind })}</strong><span className="kd-end kd-faint">{t('evidence.verifying.times', { n: number(group.items.length) })}</span></div>
                <p>{t(`evidence.problem.${group.kind}.text`, { defaultValue: t('evidence.problem.other') })}</p>
                <details><summary>{t('evidence.verifying.details')}</summary><ol>{group.items.slice(0, 50).map((item, at) => <li key={at}>{item.seq === null ? '' : `#${item.seq} `}{item.detail}</li>)}</ol></details>
              </li>
            ))}
          </ul>
          <p className="kd-muted">{t('evidence.verifying.next')}</p>
        </section>
      ) : null}
    </div>
  );
}
