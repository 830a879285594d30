/** Guards typed text against being lost by leaving the page. */
import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useConfirm } from '@/ui/Confirm';

/** Asks before the address changes or the window closes while `dirty` holds. */
export function useUnsavedGuard(dirty: boolean): void {
  const { t } = useTranslation();
  const confirm = useConfirm();
  useBlocker({
    disabled: !dirty,
    enableBeforeUnload: () => dirty,
    shouldBlockFn: async ({ current, next }) => {
      if (current.pathname === next.pathname && next.pathname.startsWith('/import/')) return false;
      return !(await confirm({ title: t('unsaved.title'), text: t('unsaved.text'), action: t('unsaved.leave'), danger: true }));
    },
  });
}
