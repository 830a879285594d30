/** Asks before an action with a lasting effect; the answer is a promise. */
import { createContext, use, useCallback, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { Field, TextInput } from './Field';

export interface ConfirmOptions {
  title: string;
  text?: ReactNode;
  /** What will happen, as the label of the button: a verb with its object. */
  action: string;
  danger?: boolean;
  /** The person must type this word first. */
  typed?: string;
}

type Ask = (options: ConfirmOptions) => Promise<boolean>;
const ConfirmContext = createContext<Ask>(() => Promise.resolve(false));
export const useConfirm = (): Ask => use(ConfirmContext);

interface Pending extends ConfirmOptions {
  answer: (yes: boolean) => void;
}

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [pending, setPending] = useState<Pending | null>(null);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const ask = useCallback<Ask>(
    (options) =>
      new Promise((resolve) => {
        setTyped('');
        setPending({ ...options, answer: resolve });
        setOpen(true);
      }),
    [],
  );
  const answer = (yes: boolean): void => {
    pending?.answer(yes);
    setOpen(false);
  };
  const blocked = pending?.typed !== undefined && typed.trim() !== pending.typed;
  return (
    <ConfirmContext value={ask}>
      {children}
      <Dialog
        open={open}
        title={pending?.title ?? ''}
        onClose={() => answer(false)}
        width={440}
        footer={
          <>
            <Button onClick={() => answer(false)}>{t('common.cancel')}</Button>
            <Button kind={pending?.danger ? 'danger' : 'primary'} disabled={blocked} onClick={() => answer(true)}>{pending?.action}</Button>
          </>
        }
      >
        {pending?.text ? <div className="kd-muted">{pending.text}</div> : null}
        {pending?.typed ? (
          <Field label={t('confirm.type', { word: pending.typed })}>
            <TextInput value={typed} onChange={setTyped} autoFocus />
          </Field>
        ) : null}
      </Dialog>
    </ConfirmContext>
  );
}
