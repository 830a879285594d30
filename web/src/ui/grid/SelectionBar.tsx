import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../Button';
import { NOTHING, selectedCount, type GridSelection } from './types';

interface SelectionBarProps {
  selection: GridSelection;
  onSelection: (selection: GridSelection) => void;
  loaded: number;
  total: { n: number; capped: boolean } | null;
  children: ReactNode;
}

/** Says how many rows an action will touch, also those on pages that were never opened. */
export function SelectionBar({ selection, onSelection, loaded, total, children }: SelectionBarProps) {
  const { t } = useTranslation();
  const count = selectedCount(selection, total?.n ?? null);
  if (count === 0 && selection.mode === 'some') return null;
  const plus = selection.mode === 'all' && total?.capped ? '+' : '';
  const offerAll = selection.mode === 'some' && selection.ids.size >= loaded && total !== null && (total.capped || total.n > selection.ids.size);
  return (
    <div className="kd-selection" role="status">
      <strong>{count === null ? t('grid.selectedAll') : t('grid.selected', { n: `${count}${plus}` })}</strong>
      {offerAll ? (
        <Button kind="link" size="small" onClick={() => onSelection({ mode: 'all', except: new Set() })}>
          {t('grid.selectAllMatching', { n: `${total.n}${total.capped ? '+' : ''}` })}
        </Button>
      ) : null}
      <div className="kd-row kd-end">
        {children}
        <Button kind="quiet" size="small" onClick={() => onSelection(NOTHING)}>{t('grid.clearSelection')}</Button>
      </div>
    </div>
  );
}
