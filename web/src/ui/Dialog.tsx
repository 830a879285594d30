/** A question or a short form: dialog on a desk, sheet from the bottom on a phone. */
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { IconButton } from './Button';
import { cx } from './classes';
import { FOCUSABLE, useLayer } from './layers';
import { usePhone } from './useMedia';
import './dialog.css';

export interface DialogProps {
  open: boolean;
  title: ReactNode;
  /** One sentence under the title. */
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  width?: number;
  onClose?: () => void;
  /** False for a dialog that must be answered. */
  closable?: boolean;
  /** Called when the dialog has gone. */
  afterClose?: () => void;
}

export const Dialog = (props: DialogProps) => <Panel {...props} shape="dialog" />;

/** A longer form or detail beside the page: from the right on a desk, full height on a phone. */
export const Drawer = (props: DialogProps) => <Panel {...props} shape="drawer" />;

function Panel({ open, title, description, children, footer, width, onClose, closable = true, afterClose, shape }: DialogProps & { shape: 'dialog' | 'drawer' }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const titleId = useId();
  return (
    <Overlay open={open} onClose={closable ? onClose : undefined} labelledBy={titleId} afterClose={afterClose} width={phone ? undefined : (width ?? (shape === 'drawer' ? 520 : 480))} className={cx(phone ? 'kd-sheet' : `kd-${shape}`, phone && shape === 'drawer' && 'kd-sheet-tall')}>
      {phone ? <div className="kd-sheet-grip" aria-hidden="true" /> : null}
      <div className="kd-dialog-head">
        <div className="kd-grow">
          <h2 id={titleId}>{title}</h2>
          {description ? <p>{description}</p> : null}
        </div>
        {closable ? <IconButton icon="close" label={t('common.close')} tooltip={false} onClick={onClose} /> : null}
      </div>
      {children ? <div className="kd-dialog-body">{children}</div> : null}
      {footer ? <div className="kd-dialog-foot">{footer}</div> : null}
    </Overlay>
  );
}

const overlays: HTMLElement[] = [];

/** Everything below the top overlay is out of reach for mouse, keyboard and screen reader. */
function markInert(): void {
  const root = document.getElementById('root');
  if (root) root.inert = overlays.length > 0;
  overlays.forEach((one, at) => { one.inert = at < overlays.length - 1; });
}

interface OverlayProps {
  open: boolean;
  onClose?: () => void;
  afterClose?: () => void;
  labelledBy?: string;
  label?: string;
  width?: number;
  className: string;
  children: ReactNode;
}

/** The veil, the box on it, the focus kept inside and given back afterwards. */
export function Overlay({ open, onClose, afterClose, labelledBy, label, width, className, children }: OverlayProps) {
  const veil = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const after = useRef(afterClose);
  after.current = afterClose;
  useLayer(open, box, onClose, false);
  useEffect(() => {
    const element = veil.current;
    if (!open || !element) return undefined;
    const before = document.activeElement as HTMLElement | null;
    overlays.push(element);
    markInert();
    if (!box.current?.contains(document.activeElement)) {
      (box.current?.querySelector<HTMLElement>('.kd-dialog-body :is(input, textarea, select):not(:disabled)') ?? box.current)?.focus({ preventScroll: true });
    }
    return () => {
      overlays.splice(overlays.indexOf(element), 1);
      markInert();
      if (before?.isConnected) before.focus({ preventScroll: true });
      after.current?.();
    };
  }, [open]);
  if (!open) return null;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Tab') return;
    const all = [...(box.current?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])].filter((one) => one.offsetParent !== null);
    const at = document.activeElement;
    if (event.shiftKey ? at === all[0] || at === box.current : at === all.at(-1)) {
      event.preventDefault();
      (event.shiftKey ? all.at(-1) : all[0])?.focus();
    }
  };
  return createPortal(
    <div ref={veil} className={cx('kd-veil', /^kd-(dialog|palette)/.test(className) && 'kd-veil-top')} onPointerDown={(event) => event.target === event.currentTarget && onClose?.()}>
      <div ref={box} role="dialog" aria-modal="true" aria-labelledby={labelledBy} aria-label={label} tabIndex={-1} className={`kd-overlay ${className}`} style={width ? { width } : undefined} onKeyDown={onKeyDown}>
        {children}
      </div>
    </div>,
    document.body,
  );
}
