/** Where a deal or a lead stands; a click moves it. */
import { useTranslation } from 'react-i18next';
import type { Hue } from '@/theme/tokens';
import { cx } from './classes';
import { Icon } from './icons';
import { usePhone } from './useMedia';
import { Menu } from './Menu';
import './stage.css';

export interface Stage { key: string; label: string; hue: Hue; ended?: 'won' | 'lost' }

export interface StagePathProps {
  label: string;
  stages: readonly Stage[];
  current: string | null;
  disabled?: boolean;
  onChange: (key: string) => void;
}

export function StagePath({ label, stages, current, disabled, onChange }: StagePathProps) {
  const { t } = useTranslation();
  const phone = usePhone();
  const at = stages.findIndex((stage) => stage.key === current);
  const now = stages[at];
  if (phone) {
    return (
      <Menu items={stages.map((stage) => ({ key: stage.key, label: stage.label, checked: stage.key === current, disabled, onSelect: () => onChange(stage.key) }))}>
        <button type="button" className={`kd-stage-phone kd-hue-${now?.hue ?? 'slate'}`}>
          <i aria-hidden="true" />{now?.label ?? t('stage.none')}<Icon name="chevron-down" size={14} />
        </button>
      </Menu>
    );
  }
  return (
    <div className="kd-stages" role="radiogroup" aria-label={label}>
      {stages.map((stage, index) => (
        <button
          key={stage.key}
          type="button"
          role="radio"
          aria-checked={index === at}
          disabled={disabled && index !== at}
          className={cx('kd-stage', `kd-hue-${stage.hue}`, index < at && !now?.ended && 'kd-stage-past', index === at && 'kd-stage-now', stage.ended && `kd-stage-end kd-stage-${stage.ended}`)}
          onClick={() => index !== at && !disabled && onChange(stage.key)}
        >
          {stage.ended ? <Icon name={stage.ended === 'won' ? 'check-circle' : 'close'} size={14} /> : index < at && !now?.ended ? <Icon name="check" size={13} /> : null}
          <span className="kd-truncate">{stage.label}</span>
        </button>
      ))}
    </div>
  );
}
