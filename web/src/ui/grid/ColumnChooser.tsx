import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '../Button';
import { Checkbox } from '../Field';
import { Icon } from '../icons';
import { Popover } from '../Popover';
import './chooser.css';

export interface ChoosableColumn { key: string; title: string; locked?: boolean }

interface ColumnChooserProps {
  all: readonly ChoosableColumn[];
  /** Keys of the shown columns in their order; the first is frozen and always shown. */
  shown: readonly string[];
  onChange: (shown: string[]) => void;
  onReset: () => void;
}

/** Which columns are shown and in which order; arrows move one, so that no dragging is needed. */
export function ColumnChooser({ all, shown, onChange, onReset }: ColumnChooserProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const byKey = new Map(all.map((column) => [column.key, column]));
  const hidden = all.filter((column) => !shown.includes(column.key));
  const move = (at: number, step: number): void => {
    const next = [...shown];
    const [key] = next.splice(at, 1);
    if (key) next.splice(at + step, 0, key);
    onChange(next);
  };
  const content = (
    <div className="kd-chooser">
      <div className="kd-chooser-head">
        <strong>{t('grid.columns')}</strong>
        <Button kind="link" size="small" onClick={onReset}>{t('grid.resetColumns')}</Button>
      </div>
      <ul>
        {shown.map((key, at) => (
          <li key={key}>
            <Checkbox checked disabled={at === 0} onChange={() => onChange(shown.filter((one) => one !== key))}>{byKey.get(key)?.title ?? key}</Checkbox>
            <span className="kd-row kd-end">
              {byKey.get(key)?.locked ? <Icon name="lock" size={12} className="kd-grid-lock" /> : null}
              <IconButton size="small" icon="chevron-up" label={t('grid.moveUp')} tooltip={false} disabled={at < 2} onClick={() => move(at, -1)} />
              <IconButton size="small" icon="chevron-down" label={t('grid.moveDown')} tooltip={false} disabled={at === 0 || at === shown.length - 1} onClick={() => move(at, 1)} />
            </span>
          </li>
        ))}
      </ul>
      {hidden.length > 0 ? (
        <>
          <div className="kd-chooser-label">{t('grid.hiddenColumns')}</div>
          <ul>
            {hidden.map((column) => (
              <li key={column.key}>
                <Checkbox checked={false} onChange={() => onChange([...shown, column.key])}>{column.title}</Checkbox>
                {column.locked ? <Icon name="lock" size={12} className="kd-grid-lock kd-end" /> : null}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </div>
  );
  return (
    <Popover open={open} onOpenChange={setOpen} content={content} placement="bottomRight">
      <IconButton icon="columns" label={t('grid.columns')} aria-expanded={open} aria-haspopup="dialog" tooltip={false} />
    </Popover>
  );
}
