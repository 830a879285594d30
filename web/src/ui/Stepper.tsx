/** Where somebody is in a task of several steps: a quiet column on a desk, one line on a phone. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from './classes';
import { Icon } from './icons';
import { usePhone } from './useMedia';
import './stepper.css';

export interface Step {
  key: string;
  label: string;
  /** What was decided in the step, once it is done. */
  summary?: ReactNode;
  /** Goes back to the step; absent where that is not possible any more. */
  onSelect?: () => void;
}

interface StepperProps {
  label: string;
  steps: readonly Step[];
  current: string;
  failed?: boolean;
  /** The last step is behind us as well: nothing is left to do. */
  finished?: boolean;
}

export function Stepper({ label, steps, current, failed, finished }: StepperProps) {
  const { t } = useTranslation();
  const phone = usePhone();
  const at = steps.findIndex((step) => step.key === current);
  if (phone) {
    return (
      <div className="kd-steps-phone" role="group" aria-label={label}>
        <div className="kd-row">
          <span className="kd-muted">{t('stepper.position', { at: at + 1, of: steps.length })}</span>
          {steps[at + 1] ? <span className="kd-faint kd-truncate kd-end">{t('stepper.next', { label: steps[at + 1]?.label })}</span> : null}
        </div>
        <div className="kd-steps-bars" aria-hidden="true">{steps.map((step, index) => <i key={step.key} className={cx((index < at || finished) && 'kd-steps-past', index === at && !finished && (failed ? 'kd-steps-failed' : 'kd-steps-now'))} />)}</div>
      </div>
    );
  }
  return (
    <ol className="kd-steps" aria-label={label}>
      {steps.map((step, index) => {
        const state = index < at ? 'past' : index === at ? (failed ? 'failed' : finished ? 'finished' : 'now') : 'todo';
        const mark = <span className="kd-steps-mark" aria-hidden="true">{state === 'past' || state === 'finished' ? <Icon name="check" size={13} /> : state === 'failed' ? <Icon name="close" size={13} /> : index + 1}</span>;
        const body = (
          <span className="kd-steps-body">
            <span className="kd-steps-label">{step.label}{state === 'past' || state === 'finished' ? <span className="kd-visually-hidden">{t('stepper.done')}</span> : null}</span>
            {step.summary && index < at ? <span className="kd-steps-summary">{step.summary}</span> : null}
          </span>
        );
        return (
          <li key={step.key} className={`kd-steps-${state}`} aria-current={index === at ? 'step' : undefined}>
            {step.onSelect && index !== at ? <button type="button" onClick={step.onSelect}>{mark}{body}</button> : <div>{mark}{body}</div>}
          </li>
        );
      })}
    </ol>
  );
}
