/** One box for everything: records, actions, settings. Opened with Ctrl/Cmd-K. */
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from './classes';
import { Overlay } from './Dialog';
import { Icon, type IconName } from './icons';
import { KeyboardHint } from './KeyboardHint';
import './palette.css';

export interface PaletteItem { key: string; icon: IconName; label: ReactNode; hint?: ReactNode; run: () => void }
export interface PaletteGroup { key: string; title: string; items: PaletteItem[] }

export interface CommandPaletteProps {
  open: boolean;
  onClose: () => void;
  query: string;
  onQuery: (query: string) => void;
  groups: readonly PaletteGroup[];
  loading: boolean;
}

export function CommandPalette({ open, onClose, query, onQuery, groups, loading }: CommandPaletteProps) {
  const { t } = useTranslation();
  const base = useId();
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const items = groups.flatMap((group) => group.items);
  useEffect(() => setAt(0), [query, items.length]);
  useEffect(() => list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }), [at]);
  const run = (item: PaletteItem | undefined): void => {
    if (!item) return;
    onClose();
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) setAt((now) => (items.length === 0 ? 0 : (now + step + items.length) % items.length));
    else if (event.key === 'Enter') run(items[at]);
    else return;
    event.preventDefault();
  };
  let index = -1;
  return (
    <Overlay open={open} onClose={onClose} width={600} className="kd-palette" label={t('palette.label')}>
      <div className="kd-palette-box" onKeyDown={onKeyDown}>
        <div className="kd-palette-input">
          <Icon name={loading ? 'spinner' : 'search'} size={18} className={cx(loading && 'kd-spin')} />
          <input autoFocus role="combobox" aria-expanded="true" aria-controls={`${base}-list`} aria-activedescendant={items[at] ? `${base}-${at}` : undefined} aria-label={t('palette.label')} placeholder={t('palette.placeholder')} value={query} onChange={(event) => onQuery(event.target.value)} spellCheck={false} autoComplete="off" />
          <KeyboardHint keys="Esc" />
        </div>
        <div ref={list} id={`${base}-list`} role="listbox" aria-label={t('palette.results')} className="kd-palette-list">
          {groups.filter((group) => group.items.length > 0).map((group) => (
            <div key={group.key} role="group" aria-label={group.title}>
              <div className="kd-palette-title" aria-hidden="true">{group.title}</div>
              {group.items.map((item) => {
                index += 1;
                const mine = index;
                return (
                  <div key={item.key} id={`${base}-${mine}`} role="option" aria-selected={mine === at} className="kd-palette-item" onMouseMove={() => setAt(mine)} onClick={() => run(item)}>
                    <Icon name={item.icon} />
                    <span className="kd-truncate">{item.label}</span>
                    {item.hint ? <span className="kd-palette-hint">{item.hint}</span> : null}
                  </div>
                );
              })}
            </div>
          ))}
        </div>
        {items.length === 0 && !loading ? <div className="kd-palette-none">{t('palette.nothing')}</div> : null}
        <div className="kd-palette-foot" aria-hidden="true">
          <span><KeyboardHint keys="Up+Down" /> {t('palette.move')}</span>
          <span><KeyboardHint keys="Enter" /> {t('palette.open')}</span>
        </div>
      </div>
    </Overlay>
  );
}
