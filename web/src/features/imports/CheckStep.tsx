/** The dry run: everything is checked, nothing is written. */
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/problem';
import type { ImportView, ObjectView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { Notice, Section } from '@/ui/PageHeader';
import { ProgressBar } from '@/ui/Progress';
import { Foot, StepHead } from './Foot';
import { tallyOf, willWrite } from './model';
import { Reasons } from './Reasons';
import { Samples } from './Samples';
import { TallyView } from './Tally';
import { EXPOSED, useImportActions } from './useImport';

export function CheckStep({ object, view, onBack }: { object: ObjectView; view: ImportView; onBack: () => void }) {
  const { t } = useTranslation();
  const { noun, number } = useFormats();
  const { step } = useImportActions(view);
  const { counts, progress } = view;
  const tally = view.state === 'checked' ? tallyOf({ ...view, progress: null }) : null;
  if (view.state === 'checked' && counts && tally) {
    const onMatch = view.mapping?.on_match ?? 'skip';
    const n = willWrite(counts, onMatch);
    const name = noun(n === 1 ? object : { zh: object.zh, en: object.en_plural });
    return (
      <div className="kd-import-step">
        <StepHead title={t('imports.check.doneTitle')}>{t('imports.check.doneText')}</StepHead>
        <Section><TallyView tally={tally} total={counts.rows} skipping={onMatch === 'skip'} /></Section>
        {onMatch === 'skip' && counts.changed > 0 ? <Notice tone="info">{t('imports.check.skipped', { n: number(counts.changed) })}</Notice> : null}
        {hasCode(step.error, EXPOSED) ? <Notice tone="danger" title={t('imports.exposed.title')} actions={<Button size="small" onClick={onBack}>{t('imports.source.toMapping')}</Button>}>{t('imports.check.exposed')}</Notice> : null}
        {n === 0 ? <Notice tone="warning" title={t('imports.check.nothingTitle')}>{t('imports.check.nothing')}</Notice> : null}
        <Reasons object={object} view={view} rejected={counts.rejected} />
        <Samples object={object} view={view} />
        <Foot note={counts.rejected > 0 ? t('imports.check.rejectedNote', { n: number(counts.rejected) }) : undefined}>
          <Button onClick={onBack}>{t('imports.check.change')}</Button>
          <Button kind="primary" icon="play" disabled={n === 0} loading={step.isPending} onClick={() => step.mutate('run')}>{t('imports.check.run', { n: number(n), name })}</Button>
        </Foot>
      </div>
    );
  }
  const checking = view.state === 'checking' || step.isPending;
  const done = progress && progress.total > 0 ? progress.done / progress.total : null;
  return (
    <div className="kd-import-step kd-import-narrow">
      <StepHead title={checking ? t('imports.check.checking') : t('imports.check.ready')}>{t('imports.check.text')}</StepHead>
      {checking ? (
        <div className="kd-stack" role="status">
          <ProgressBar label={t('imports.check.checking')} value={done} />
          <span className="kd-faint">{progress && done !== null ? t('imports.run.of', { done: number(progress.done), total: number(progress.total) }) : t('imports.check.wait')}</span>
        </div>
      ) : null}
      <Foot>
        {checking ? <Button onClick={() => step.mutate('cancel')}>{t('common.cancel')}</Button> : <><Button onClick={onBack}>{t('imports.check.change')}</Button><Button kind="primary" icon="eye" onClick={() => step.mutate('dry-run')}>{t('imports.source.check')}</Button></>}
      </Foot>
    </div>
  );
}
