/** Trees out of flat lists: units by their parent, people by their manager. */
import type { PersonView, Unit } from '@/api/types';
import type { TreeNode } from '@/ui/tree-model';

export type UnitNode = TreeNode<Unit>;
type Pick = (both: { zh: string; en: string }) => string;

/** Hangs items under their parents. An item whose parent is unknown, or that hangs in a circle, becomes a root, so that nobody disappears. */
function grow<T>(items: readonly T[], idOf: (item: T) => string, parentOf: (item: T) => string | null): TreeNode<T>[] {
  const byId = new Map(items.map((item) => [idOf(item), item]));
  const below = new Map<string | null, T[]>();
  for (const item of items) {
    const parent = parentOf(item);
    const key = parent !== null && byId.has(parent) && !circles(item) ? parent : null;
    below.set(key, [...(below.get(key) ?? []), item]);
  }
  function circles(item: T): boolean {
    const seen = new Set([idOf(item)]);
    for (let at = parentOf(item); at !== null; ) {
      if (at === idOf(item)) return true;
      // A circle further up is broken there.
      if (seen.has(at)) return false;
      seen.add(at);
      const next = byId.get(at);
      at = next ? parentOf(next) : null;
    }
    return false;
  }
  const build = (parent: string | null): TreeNode<T>[] => (below.get(parent) ?? []).map((item) => ({ id: idOf(item), data: item, children: build(idOf(item)) }));
  return build(null);
}

export const buildTree = (units: readonly Unit[]): UnitNode[] => grow(units, (unit) => unit.id, (unit) => unit.parent);

/** Somebody at the top of the tree who has a manager: that one has left. */
export const lostManager = (root: TreeNode<PersonView>): boolean => root.data.manager !== null;

/** Who reports to whom, the largest branch first; people who have left are not shown, and whom they leave without a manager stands last. */
export function buildReporting(people: readonly PersonView[]): TreeNode<PersonView>[] {
  const roots = grow(people.filter((one) => one.status !== 'left'), (one) => one.id, (one) => one.manager?.id ?? null);
  return roots.sort((a, b) => Number(lostManager(a)) - Number(lostManager(b)) || countBelow(b) - countBelow(a));
}

/** People in a unit and in all below it. */
export const totalMembers = (node: UnitNode): number => node.data.members + node.children.reduce((sum, child) => sum + totalMembers(child), 0);

/** All nodes below one, itself not counted. */
export const countBelow = (node: TreeNode): number => node.children.reduce((sum, child) => sum + 1 + countBelow(child), 0);

export function findNode<T>(nodes: readonly TreeNode<T>[], id: string | null): TreeNode<T> | null {
  for (const node of nodes) {
    if (node.id === id) return node;
    const found = findNode(node.children, id);
    if (found) return found;
  }
  return null;
}

/** Ids of the nodes from the root down to the node, itself included; empty when it is not there. */
export function pathTo(nodes: readonly TreeNode[], id: string): string[] {
  for (const node of nodes) {
    if (node.id === id) return [id];
    const rest = pathTo(node.children, id);
    if (rest.length > 0) return [node.id, ...rest];
  }
  return [];
}

export interface UnitOption { value: string; label: string; level: number }

/** The tree as an indented list of choices. */
export function unitOptions(nodes: readonly UnitNode[], pick: Pick, level = 0): UnitOption[] {
  return nodes.flatMap((node) => [{ value: node.id, label: pick({ zh: node.data.name_zh, en: node.data.name_en }), level }, ...unitOptions(node.children, pick, level + 1)]);
}

export interface MoveTarget extends UnitOption { allowed: boolean }

/** Places for a unit: anywhere but where it is, in itself, and below itself. */
export function moveTargets(nodes: readonly UnitNode[], moved: Unit, pick: Pick): MoveTarget[] {
  const node = findNode(nodes, moved.id);
  const inside = new Set(node ? [node.id, ...unitOptions(node.children, pick).map((one) => one.value)] : []);
  return unitOptions(nodes, pick).map((one) => ({ ...one, allowed: !inside.has(one.value) && one.value !== moved.parent }));
}

/** Why a unit cannot be deleted; null when it can. */
export function blocksDelete(node: UnitNode): 'members' | 'units' | null {
  if (node.data.members > 0) return 'members';
  return node.children.length > 0 ? 'units' : null;
}
