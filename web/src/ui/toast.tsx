/** Short notices at the bottom of the page, with an undo action where one exists. */
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './Button';
import { Icon, type IconName } from './icons';
import './toast.css';

export interface Toast {
  text: string;
  kind?: 'success' | 'error' | 'info';
  /** Label and effect of an action such as undo; the notice then stays 8 s instead of 4. */
  action?: { label: string; run: () => void };
}

type Show = (toast: Toast) => void;
const ToastContext = createContext<Show>(() => undefined);
export const useToast = (): Show => use(ToastContext);

const GLYPH: Record<NonNullable<Toast['kind']>, IconName> = { success: 'check-circle', error: 'warning', info: 'info' };

export function ToastProvider({ children }: { children: ReactNode }) {
  const [items, setItems] = useState<(Toast & { id: number })[]>([]);
  const next = useRef(1);
  const close = useCallback((id: number) => setItems((all) => all.filter((item) => item.id !== id)), []);
  const show = useCallback<Show>((toast) => setItems((all) => [...all.slice(-2), { ...toast, id: next.current++ }]), []);
  return (
    <ToastContext value={useMemo(() => show, [show])}>
      {children}
      <div className="kd-toasts" role="status" aria-live="polite">
        {items.map((item) => (
          <ToastItem key={item.id} toast={item} onClose={() => close(item.id)} />
        ))}
      </div>
    </ToastContext>
  );
}

function ToastItem({ toast, onClose }: { toast: Toast; onClose: () => void }) {
  const { t } = useTranslation();
  const [held, setHeld] = useState(false);
  const closing = useRef(onClose);
  closing.current = onClose;
  useEffect(() => {
    if (held) return undefined;
    const timer = window.setTimeout(() => closing.current(), toast.action ? 8000 : toast.kind === 'error' ? 7000 : 4000);
    return () => window.clearTimeout(timer);
  }, [held, toast]);
  const kind = toast.kind ?? 'success';
  return (
    <div className={`kd-toast kd-toast-${kind}`} onMouseEnter={() => setHeld(true)} onMouseLeave={() => setHeld(false)} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}>
      <Icon name={GLYPH[kind]} />
      <span className="kd-grow">{toast.text}</span>
      {toast.action ? (
        <button type="button" className="kd-toast-action" onClick={() => { toast.action?.run(); onClose(); }}>{toast.action.label}</button>
      ) : null}
      <IconButton icon="close" size="small" label={t('common.close')} tooltip={false} onClick={onClose} />
    </div>
  );
}
