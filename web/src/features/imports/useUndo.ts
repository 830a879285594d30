import { useTranslation } from 'react-i18next';
import type { ImportView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { useConfirm } from '@/ui/Confirm';
import { useImportActions } from './useImport';

/** Takes an import back, after saying what that means. */
export function useUndo(view: ImportView): { ask: () => Promise<boolean>; isPending: boolean } {
  const { t } = useTranslation();
  const { number } = useFormats();
  const confirm = useConfirm();
  const { step } = useImportActions(view);
  const ask = async (): Promise<boolean> => {
    const made = view.progress?.new ?? view.counts?.new ?? 0;
    const text = [t('imports.undo.removed', { n: number(made) }), t('imports.undo.kept')].join(t('imports.undo.gap'));
    if (!(await confirm({ title: t('imports.undo.ask', { name: view.file.name }), text, action: t('imports.undo.action'), danger: true }))) return false;
    return step.mutateAsync('undo').then(() => true, () => false);
  };
  return { ask, isPending: step.isPending };
}
