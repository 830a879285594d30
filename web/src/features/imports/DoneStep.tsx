/** How an import ended, where its records are, and the way back. */
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ImportView, ObjectView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { Icon, type IconName } from '@/ui/icons';
import { Notice, Section } from '@/ui/PageHeader';
import { ProgressBar } from '@/ui/Progress';
import { codeTail, hasWritten, mayUndo, tallyOf } from './model';
import { Reasons } from './Reasons';
import { TallyView } from './Tally';
import { useImportActions } from './useImport';
import { UndoFacts, useUndo } from './useUndo';

const GLYPH: Partial<Record<ImportView['state'], { icon: IconName; tone: string }>> = {
  done: { icon: 'check', tone: 'success' }, failed: { icon: 'warning', tone: 'danger' }, cancelled: { icon: 'close', tone: 'plain' }, undone: { icon: 'undo', tone: 'plain' }, undoing: { icon: 'undo', tone: 'plain' },
};

export function DoneStep({ object, view }: { object: ObjectView; view: ImportView }) {
  const { t } = useTranslation();
  const { noun, number } = useFormats();
  const navigate = useNavigate();
  const undo = useUndo(view);
  const { step } = useImportActions(view);
  const back = view.state === 'undoing' || view.state === 'undone';
  const tally = view.progress || view.state === 'done' ? tallyOf(view) : null;
  const written = hasWritten(view);
  const name = noun({ zh: object.zh, en: object.en_plural });
  const glyph = GLYPH[view.state] ?? { icon: 'check' as const, tone: 'plain' };
  const n = number((tally?.new ?? 0) + (tally?.changed ?? 0));
  const text = view.state === 'cancelled' || view.state === 'failed' ? t(written ? `imports.done.${view.state}Text` : 'imports.done.nothing', { n }) : t(`imports.done.${view.state}Text`, { n, name });
  return (
    <div className="kd-import-step kd-import-narrow">
      <header className="kd-done">
        <span className={`kd-done-icon kd-done-${glyph.tone}`}><Icon name={glyph.icon} size={22} /></span>
        <div className="kd-grow">
          <h2>{t(`imports.done.${view.state}`, { defaultValue: view.state })}</h2>
          <p className="kd-muted">{text}</p>
        </div>
      </header>
      {view.state === 'undoing' ? <div role="status"><ProgressBar label={t('imports.done.undoing')} value={view.progress && view.progress.total > 0 && view.progress.done < view.progress.total ? view.progress.done / view.progress.total : null} /></div> : null}
      {view.state === 'failed' && view.code ? <Notice tone="danger">{t(`imports.failure.${codeTail(view.code)}`, { defaultValue: t('imports.failure.other', { code: view.code }) })}</Notice> : null}
      {tally && !back ? <Section><TallyView tally={tally} /></Section> : null}
      <div className="kd-row kd-row-wrap">
        {written && !back ? <Button kind="primary" icon="list" onClick={() => void navigate({ to: '/o/$object', params: { object: object.key }, search: { filter: { field: '_import', op: 'eq', value: view.id } } })}>{t('imports.done.show', { name })}</Button> : null}
        {view.state === 'failed' && view.file.name !== '' ? <Button kind={written ? 'default' : 'primary'} icon="refresh" loading={step.isPending} onClick={() => step.mutate(view.progress ? 'resume' : 'dry-run')}>{view.progress ? t('imports.done.resume') : t('imports.done.recheck')}</Button> : null}
        <Button icon="upload" onClick={() => void navigate({ to: '/import/$object', params: { object: object.key }, search: {} })}>{t('imports.done.again')}</Button>
      </div>
      {back ? null : <Reasons object={object} view={view} rejected={tally?.rejected ?? 0} />}
      {mayUndo(view) ? (
        <Section title={t('imports.undo.title')} actions={<Button icon="undo" loading={undo.isPending} onClick={() => void undo.ask()}>{t('imports.undo.action')}</Button>}>
          <UndoFacts view={view} />
        </Section>
      ) : null}
    </div>
  );
}
