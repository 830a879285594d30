/** A place to drop a file on; also a button, so that a keyboard and a phone can use it. */
import { useId, useRef, useState, type DragEvent, type ReactNode } from 'react';
import { cx } from './classes';
import { Icon, type IconName } from './icons';
import './dropzone.css';

export interface DropZoneProps {
  icon?: IconName;
  title: ReactNode;
  hint?: ReactNode;
  /** Kinds of file the chooser offers, such as `.csv,.xlsx`. */
  accept: string;
  onFile: (file: File) => void;
  disabled?: boolean;
}

export function DropZone({ icon = 'sheet', title, hint, accept, onFile, disabled }: DropZoneProps) {
  const hintId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const onDrag = (event: DragEvent, inside: boolean): void => {
    event.preventDefault();
    setOver(inside && !disabled);
  };
  const onDrop = (event: DragEvent): void => {
    onDrag(event, false);
    const file = event.dataTransfer.files[0];
    if (file && !disabled) onFile(file);
  };
  return (
    <>
      <button type="button" className={cx('kd-drop', over && 'kd-drop-over')} disabled={disabled} aria-describedby={hint ? hintId : undefined} onClick={() => input.current?.click()} onDragEnter={(event) => onDrag(event, true)} onDragOver={(event) => onDrag(event, true)} onDragLeave={(event) => onDrag(event, false)} onDrop={onDrop}>
        <span className="kd-drop-icon"><Icon name={icon} size={22} /></span>
        <span className="kd-drop-title">{title}</span>
        {hint ? <span id={hintId} className="kd-drop-hint">{hint}</span> : null}
      </button>
      <input
        ref={input}
        type="file"
        accept={accept}
        hidden
        tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file may be chosen again after it was corrected.
          event.target.value = '';
          if (file) onFile(file);
        }}
      />
    </>
  );
}
