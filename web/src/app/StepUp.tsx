/** Asks for a fresh second factor when the server wants one, then repeats the refused request. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { createContext, use, useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem, Problem } from '@/api/problem';
import { sessionQuery } from '@/api/queries';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { Field, TextInput } from '@/ui/Field';

type WithStepUp = <T>(run: () => Promise<T>) => Promise<T>;
const StepUpContext = createContext<WithStepUp>((run) => run());

/** Runs a request that may need a fresh second factor. */
export const useStepUp = (): WithStepUp => use(StepUpContext);

export function StepUpProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [code, setCode] = useState('');
  const answer = useRef<((done: boolean) => void) | null>(null);
  const finish = (done: boolean): void => {
    answer.current?.(done);
    answer.current = null;
    setOpen(false);
  };
  const verify = useMutation({
    mutationFn: () => api.post('/session/step-up', { code: code.replaceAll(/\s/g, '') }, { anonymous: true }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      finish(true);
    },
  });
  const withStepUp = useCallback<WithStepUp>(async (run) => {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'step_up.mfa') throw error;
      setCode('');
      setOpen(true);
      const done = await new Promise<boolean>((resolve) => { answer.current = resolve; });
      if (!done) throw error;
      return run();
    }
  }, []);
  const problem = verify.error ? asProblem(verify.error) : null;
  return (
    <StepUpContext value={useMemo(() => withStepUp, [withStepUp])}>
      {children}
      <Dialog
        open={open}
        title={t('stepUp.title')}
        description={t('stepUp.text')}
        width={400}
        onClose={() => finish(false)}
        afterClose={() => verify.reset()}
        footer={<><Button onClick={() => finish(false)}>{t('common.cancel')}</Button><Button kind="primary" loading={verify.isPending} disabled={code.trim().length < 6} onClick={() => verify.mutate()}>{t('signIn.verify')}</Button></>}
      >
        <form className="kd-stack" onSubmit={(event) => { event.preventDefault(); if (code.trim().length >= 6) verify.mutate(); }}>
          <Field label={t('signIn.code')} error={problem ? (problem.detail ?? problem.title) : undefined}>
            <TextInput value={code} onChange={setCode} autoComplete="one-time-code" inputMode="numeric" autoFocus className="kd-otp" />
          </Field>
        </form>
      </Dialog>
    </StepUpContext>
  );
}
