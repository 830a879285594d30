/** Guards typed text against being lost by leaving the page. */
import { useBlocker } from '@tanstack/react-router';
import { useCallback, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useConfirm } from '@/ui/Confirm';

/**
 * Asks before the address changes or the window closes while `dirty` holds. The returned function
 * lifts the guard at once, for leaving after saving or after the person has agreed.
 */
export function useUnsavedGuard(dirty: boolean): () => void {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const lifted = useRef(false);
  if (!dirty) lifted.current = false;
  useBlocker({
    disabled: !dirty,
    enableBeforeUnload: () => dirty && !lifted.current,
    shouldBlockFn: async ({ current, next }) => {
      if (lifted.current || (current.pathname === next.pathname && next.pathname.startsWith('/import/'))) return false;
      return !(await confirm({ title: t('unsaved.title'), text: t('unsaved.text'), action: t('unsaved.leave'), danger: true }));
    },
  });
  return useCallback(() => { lifted.current = true; }, []);
}
