/** A tree with the keys of the ARIA pattern: arrows move, open and close; Enter chooses; letters find. */
import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { cx } from './classes';
import { Icon } from './icons';
import { treeRows, treeStep, type TreeNode } from './tree-model';
import './tree.css';

export interface TreeProps<T> {
  label: string;
  nodes: readonly TreeNode<T>[];
  open: ReadonlySet<string>;
  onOpen: (open: ReadonlySet<string>) => void;
  selected: string | null;
  onSelect: (id: string) => void;
  /** Text by which letters find a row. */
  text: (node: TreeNode<T>) => string;
  render: (node: TreeNode<T>) => ReactNode;
  /** Tools at the end of a row for the pointer; the keyboard finds them beside the selected item. */
  tools?: (node: TreeNode<T>) => ReactNode;
}

export function Tree<T>({ label, nodes, open, onOpen, selected, onSelect, text, render, tools }: TreeProps<T>) {
  const rows = useMemo(() => treeRows(nodes, open), [nodes, open]);
  const [active, setActive] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const current = rows.some((row) => row.node.id === active) ? active : rows.some((row) => row.node.id === selected) ? selected : (rows[0]?.node.id ?? null);
  const focus = (id: string): void => {
    setActive(id);
    box.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`)?.focus();
  };
  const toggle = (id: string, wide: boolean): void => {
    const next = new Set(open);
    if (wide) next.add(id);
    else next.delete(id);
    onOpen(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.target as HTMLElement).getAttribute('role') !== 'treeitem' || event.altKey || event.ctrlKey || event.metaKey) return;
    let step = treeStep(event.key, rows, current);
    if (!step && /^[^\s*]$/u.test(event.key)) {
      const from = rows.findIndex((row) => row.node.id === current);
      const found = [...rows.slice(from + 1), ...rows.slice(0, from + 1)].find((row) => text(row.node).toLowerCase().startsWith(event.key.toLowerCase()));
      if (found) step = { kind: 'move', id: found.node.id };
    }
    if (!step) return;
    event.preventDefault();
    if (step.kind === 'move') focus(step.id);
    else if (step.kind === 'open') onOpen(new Set([...open, ...step.ids]));
    else if (step.kind === 'close') toggle(step.id, false);
    else onSelect(step.id);
  };
  return (
    <div ref={box} role="tree" aria-label={label} className="kd-tree" onKeyDown={onKeyDown}>
      {rows.map((row) => (
        <div
          key={row.node.id}
          role="treeitem"
          data-node={row.node.id}
          aria-level={row.level}
          aria-posinset={row.position}
          aria-setsize={row.size}
          aria-expanded={row.expanded ?? undefined}
          aria-selected={row.node.id === selected}
          tabIndex={row.node.id === current ? 0 : -1}
          className={cx('kd-tree-row', row.node.id === selected && 'kd-tree-selected')}
          style={{ '--level': row.level - 1 } as React.CSSProperties}
          onFocus={(event) => event.target === event.currentTarget && setActive(row.node.id)}
          onClick={() => { focus(row.node.id); onSelect(row.node.id); }}
        >
          <span className="kd-tree-twist" aria-hidden="true" onClick={(event) => { if (row.expanded === null) return; event.stopPropagation(); toggle(row.node.id, !row.expanded); }}>
            {row.expanded === null ? null : <Icon name={row.expanded ? 'chevron-down' : 'chevron-right'} size={14} />}
          </span>
          <span className="kd-tree-body">{render(row.node)}</span>
          {tools ? <span className="kd-tree-tools" onClick={(event) => event.stopPropagation()}>{tools(row.node)}</span> : null}
        </div>
      ))}
    </div>
  );
}
