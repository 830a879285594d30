/** How an import ended, where its records are, and the way back. */
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ImportView, ObjectView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { Icon, type IconName } from '@/ui/icons';
import { Section } from '@/ui/PageHeader';
import { ProgressBar } from '@/ui/Progress';
import { hasWritten, mayUndo, tallyOf } from './model';
import { Reasons } from './Reasons';
import { TallyView } from './Tally';
import { useUndo } from './useUndo';

const GLYPH: Partial<Record<ImportView['state'], { icon: IconName; tone: string }>> = {
  done: { icon: 'check', tone: 'success' }, failed: { icon: 'warning', tone: 'danger' }, cancelled: { icon: 'close', tone: 'plain' }, undone: { icon: 'undo', tone: 'plain' }, undoing: { icon: 'undo', tone: 'plain' },
};

export function DoneStep({ object, view }: { object: ObjectView; view: ImportView }) {
  const { t } = useTranslation();
  const { pick, number } = useFormats();
  const navigate = useNavigate();
  const undo = useUndo(view);
  const tally = view.progress || view.state === 'done' ? tallyOf(view) : null;
  const written = hasWritten(view);
  const name = pick({ zh: object.zh, en: object.en_plural });
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
      {view.state === 'undoing' ? <div role="status"><ProgressBar label={t('imports.done.undoing')} value={null} /></div> : null}
      {tally && view.state !== 'undone' ? <Section><TallyView tally={tally} /></Section> : null}
      <div className="kd-row kd-row-wrap">
        {written && view.state !== 'undone' && view.state !== 'undoing' ? <Button kind="primary" icon="list" onClick={() => void navigate({ to: '/o/$object', params: { object: object.key }, search: { filter: { field: '_import', op: 'eq', value: view.id } } })}>{t('imports.done.show', { name })}</Button> : null}
        <Button icon="upload" onClick={() => void navigate({ to: '/import/$object', params: { object: object.key }, search: {} })}>{t('imports.done.again')}</Button>
      </div>
      {view.state === 'undone' || view.state === 'undoing' ? null : <Reasons object={object} view={view} rejected={tally?.rejected ?? 0} />}
      {mayUndo(view) ? (
        <Section title={t('imports.undo.title')} actions={<Button icon="undo" loading={undo.isPending} onClick={() => void undo.ask()}>{t('imports.undo.action')}</Button>}>
          <ul className="kd-import-list kd-muted">
            <li>{t('imports.undo.removed', { n: number(view.progress?.new ?? 0) })}</li>
            {(view.progress?.changed ?? 0) > 0 ? <li>{t('imports.undo.restored', { n: number(view.progress?.changed ?? 0) })}</li> : null}
            <li>{t('imports.undo.kept')}</li>
          </ul>
        </Section>
      ) : null}
    </div>
  );
}
