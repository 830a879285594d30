/** Services every page needs: notices and questions. */
import type { ReactNode } from 'react';
import { ConfirmProvider } from './Confirm';
import { ToastProvider } from './toast';

export function UiProvider({ children }: { children: ReactNode }) {
  return (
    <ToastProvider>
      <ConfirmProvider>{children}</ConfirmProvider>
    </ToastProvider>
  );
}
