import { useTranslation } from 'react-i18next';
import type { ImportView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { useConfirm } from '@/ui/Confirm';
import { useImportActions } from './useImport';

/** What undoing an import does, in so many words. */
export function UndoFacts({ view }: { view: ImportView }) {
  const { t } = useTranslation();
  const { number, dateTime } = useFormats();
  const changed = view.progress?.changed ?? 0;
  return (
    <ul className="kd-import-list kd-muted">
      <li>{t('imports.undo.removed', { n: number(view.progress?.new ?? 0) })}</li>
      {changed > 0 ? <li>{t('imports.undo.restored', { n: number(changed) })}</li> : null}
      <li>{t('imports.undo.kept')}</li>
      {view.keep_until ? <li>{t('imports.undo.until', { time: dateTime(view.keep_until) })}</li> : null}
    </ul>
  );
}

/** Takes an import back, after saying what that means. */
export function useUndo(view: ImportView): { ask: () => Promise<boolean>; isPending: boolean } {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const { step } = useImportActions(view);
  const ask = async (): Promise<boolean> => {
    if (!(await confirm({ title: t('imports.undo.ask', { name: view.file.name || t('imports.list.gone') }), text: <UndoFacts view={view} />, action: t('imports.undo.action'), danger: true }))) return false;
    return step.mutateAsync('undo').then(() => true, () => false);
  };
  return { ask, isPending: step.isPending };
}
