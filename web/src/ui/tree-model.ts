/** What a tree shows and where its keys lead, without any element. */
export interface TreeNode<T = unknown> { id: string; data: T; children: readonly TreeNode<T>[] }

export interface TreeRow<T = unknown> {
  node: TreeNode<T>;
  parent: string | null;
  /** From 1, as assistive technology counts. */
  level: number;
  position: number;
  size: number;
  expanded: boolean | null;
}

/** The rows that are visible, in their order; `expanded` is null on a leaf. */
export function treeRows<T>(nodes: readonly TreeNode<T>[], open: ReadonlySet<string>, parent: string | null = null, level = 1): TreeRow<T>[] {
  return nodes.flatMap((node, at) => {
    const expanded = node.children.length === 0 ? null : open.has(node.id);
    const row: TreeRow<T> = { node, parent, level, position: at + 1, size: nodes.length, expanded };
    return expanded ? [row, ...treeRows(node.children, open, node.id, level + 1)] : [row];
  });
}

/** Every node that has children, for opening the whole tree. */
export function branchIds(nodes: readonly TreeNode[]): string[] {
  return nodes.flatMap((node) => (node.children.length > 0 ? [node.id, ...branchIds(node.children)] : []));
}

export type TreeStep = { kind: 'move'; id: string } | { kind: 'open'; ids: string[] } | { kind: 'close'; id: string } | { kind: 'choose'; id: string };

/** What a key does on the active row, by the ARIA tree pattern; null when it does nothing. */
export function treeStep<T>(key: string, rows: readonly TreeRow<T>[], active: string | null): TreeStep | null {
  const at = Math.max(0, rows.findIndex((row) => row.node.id === active));
  const row = rows[at];
  if (!row) return null;
  const move = (to: TreeRow<T> | undefined): TreeStep | null => (to && to.node.id !== active ? { kind: 'move', id: to.node.id } : null);
  switch (key) {
    case 'ArrowDown': return move(rows[at + 1]);
    case 'ArrowUp': return at > 0 ? move(rows[at - 1]) : null;
    case 'Home': return move(rows[0]);
    case 'End': return move(rows.at(-1));
    case 'ArrowRight': return row.expanded === null ? null : row.expanded ? move(rows[at + 1]) : { kind: 'open', ids: [row.node.id] };
    case 'ArrowLeft': return row.expanded ? { kind: 'close', id: row.node.id } : row.parent ? { kind: 'move', id: row.parent } : null;
    case '*': return { kind: 'open', ids: rows.filter((one) => one.parent === row.parent && one.expanded === false).map((one) => one.node.id) };
    case 'Enter':
    case ' ': return { kind: 'choose', id: row.node.id };
    default: return null;
  }
}
