/** The import at work on the server; this page only looks on. */
import { useTranslation } from 'react-i18next';
import type { ImportView, ObjectView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { useConfirm } from '@/ui/Confirm';
import { Notice, Section } from '@/ui/PageHeader';
import { ProgressBar } from '@/ui/Progress';
import { Foot, StepHead } from './Foot';
import { secondsLeft, tallyOf } from './model';
import { TallyView } from './Tally';
import { useImportActions } from './useImport';

export function RunStep({ object, view }: { object: ObjectView; view: ImportView }) {
  const { t } = useTranslation();
  const { noun, number } = useFormats();
  const confirm = useConfirm();
  const { step } = useImportActions(view);
  const progress = view.progress ?? null;
  const tally = progress ? tallyOf(view) : null;
  const paused = view.state === 'paused';
  const left = paused ? null : secondsLeft(progress);
  const share = progress && progress.total > 0 ? progress.done / progress.total : null;
  const cancel = async (): Promise<void> => {
    if (await confirm({ title: t('imports.run.cancelTitle'), text: t('imports.run.cancelText', { n: number((progress?.new ?? 0) + (progress?.changed ?? 0)) }), action: t('imports.run.cancelAction'), danger: true })) step.mutate('cancel');
  };
  return (
    <div className="kd-import-step kd-import-narrow">
      <StepHead title={paused ? t('imports.run.pausedTitle') : t('imports.run.title', { name: noun({ zh: object.zh, en: object.en_plural }) })}>{paused ? t('imports.run.pausedText') : t('imports.run.text')}</StepHead>
      <Section>
        <div className="kd-stack">
          <div className="kd-run">
            <strong>{share === null ? '…' : `${Math.floor(share * 100)}%`}</strong>
            <span className="kd-muted">{progress ? t('imports.run.of', { done: number(progress.done), total: number(progress.total) }) : t('imports.run.starting')}</span>
            <span className="kd-end kd-faint">{paused ? t('imports.state.paused') : [progress?.rows_per_second ? t('imports.run.speed', { n: number(Math.round(progress.rows_per_second)) }) : null, left === null ? null : left < 60 ? t('imports.run.seconds', { n: left }) : t('imports.run.minutes', { n: Math.ceil(left / 60) })].filter(Boolean).join(' · ')}</span>
          </div>
          <ProgressBar label={t('imports.step.run')} value={share} tone={paused ? 'paused' : 'primary'} />
          {tally ? <TallyView tally={tally} bar={false} /> : null}
        </div>
      </Section>
      {paused ? null : <Notice tone="info">{t('imports.run.leave')}</Notice>}
      <Foot>
        <Button icon="close" disabled={step.isPending} onClick={() => void cancel()}>{t('imports.run.cancel')}</Button>
        {paused ? <Button kind="primary" icon="play" loading={step.isPending} onClick={() => step.mutate('resume')}>{t('imports.run.resume')}</Button> : <Button icon="pause" loading={step.isPending} onClick={() => step.mutate('pause')}>{t('imports.run.pause')}</Button>}
      </Foot>
    </div>
  );
}
