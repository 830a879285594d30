/** The organisation: its units as a tree, and who reports to whom. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { unitsQuery, useCan } from '@/api/queries';
import type { Unit } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button, IconButton } from '@/ui/Button';
import { Segmented } from '@/ui/Field';
import { Icon } from '@/ui/icons';
import { Menu, type MenuItem } from '@/ui/Menu';
import { PageHeader } from '@/ui/PageHeader';
import { SplitPane } from '@/ui/SplitPane';
import { Empty, ErrorState, NoPermission, PageSkeleton } from '@/ui/States';
import { Tree } from '@/ui/Tree';
import { branchIds } from '@/ui/tree-model';
import { ReportingView } from './ReportingView';
import { UnitDetail } from './UnitDetail';
import { DeleteUnit, MoveUnit, NameUnit } from './UnitDialogs';
import { blocksDelete, buildTree, findNode, totalMembers, type UnitNode } from './unit-tree';
import './people.css';

export type UnitWork = { kind: 'add'; parent: Unit | null } | { kind: 'rename' | 'move' | 'delete'; unit: Unit };

export function UnitsPage() {
  const can = useCan();
  if (!can.capability('people_manage')) return <NoPermission />;
  return <Units />;
}

function Units() {
  const { t } = useTranslation();
  const [view, setView] = useState<'units' | 'lines'>('units');
  const [work, setWork] = useState<UnitWork | null>(null);
  const { data: units, error, refetch } = useQuery(unitsQuery);
  const tree = useMemo(() => buildTree(units ?? []), [units]);
  return (
    <div className="kd-units">
      <PageHeader
        icon="tree"
        title={t('nav.units')}
        actions={
          <>
            <Segmented label={t('units.view')} value={view} onChange={setView} options={[{ value: 'units', label: t('units.tree') }, { value: 'lines', label: t('units.lines') }]} />
            {view === 'units' && units && units.length > 0 ? <Button kind="primary" icon="plus" onClick={() => setWork({ kind: 'add', parent: units.find((one) => one.parent === null) ?? null })}>{t('units.add')}</Button> : null}
          </>
        }
      />
      <div className="kd-units-body">
        {view === 'lines' ? <ReportingView /> : error ? <ErrorState error={error} onRetry={() => void refetch()} /> : !units ? <PageSkeleton /> : units.length === 0 ? (
          <Empty icon="tree" title={t('units.empty')} actions={<Button kind="primary" icon="plus" onClick={() => setWork({ kind: 'add', parent: null })}>{t('units.add')}</Button>}>{t('units.emptyText')}</Empty>
        ) : (
          <UnitTree tree={tree} onWork={setWork} />
        )}
      </div>
      {work?.kind === 'add' ? <NameUnit tree={tree} parent={work.parent} onClose={() => setWork(null)} /> : null}
      {work?.kind === 'rename' ? <NameUnit tree={tree} unit={work.unit} parent={null} onClose={() => setWork(null)} /> : null}
      {work?.kind === 'move' ? <MoveUnit tree={tree} unit={work.unit} onClose={() => setWork(null)} /> : null}
      {work?.kind === 'delete' ? <DeleteUnit unit={work.unit} onClose={() => setWork(null)} /> : null}
    </div>
  );
}

function UnitTree({ tree, onWork }: { tree: readonly UnitNode[]; onWork: (work: UnitWork) => void }) {
  const { t } = useTranslation();
  const { pick, number } = useFormats();
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(branchIds(tree)));
  const [chosen, setChosen] = useState<string | null>(tree[0]?.id ?? null);
  const node = findNode(tree, chosen) ?? tree[0] ?? null;
  const nameOf = (unit: Unit): string => pick({ zh: unit.name_zh, en: unit.name_en });
  return (
    <SplitPane columns={2}>
      <Tree
        label={t('units.tree')}
        nodes={tree}
        open={open}
        onOpen={setOpen}
        selected={node?.id ?? null}
        onSelect={setChosen}
        text={(one) => nameOf(one.data)}
        render={(one) => {
          const total = totalMembers(one);
          return (
            <>
              <Icon name={one.data.parent === null ? 'building' : 'users'} size={15} className="kd-faint" />
              <span className="kd-truncate">{nameOf(one.data)}</span>
              <span className="kd-unit-count kd-end">{one.children.length > 0 && total !== one.data.members ? t('units.membersOf', { n: number(one.data.members), all: number(total) }) : t('units.members', { n: number(one.data.members) })}</span>
            </>
          );
        }}
        tools={(one) => <Menu placement="bottomRight" items={unitMenu(one, t, onWork)}><IconButton icon="more" size="small" label={t('units.menu', { name: nameOf(one.data) })} tooltip={false} tabIndex={-1} aria-haspopup="menu" /></Menu>}
      />
      {node ? <UnitDetail key={node.id} node={node} tree={tree} onWork={onWork} /> : null}
    </SplitPane>
  );
}

type Translate = (key: string, args?: Record<string, unknown>) => string;

function unitMenu(node: UnitNode, t: Translate, onWork: (work: UnitWork) => void): MenuItem[] {
  const unit = node.data;
  const blocked = blocksDelete(node);
  return [
    { key: 'add', icon: 'plus', label: t('units.addBelow'), onSelect: () => onWork({ kind: 'add', parent: unit }) },
    { key: 'rename', icon: 'edit', label: t('units.rename'), onSelect: () => onWork({ kind: 'rename', unit }) },
    { key: 'move', icon: 'arrow-right', label: t('units.move'), onSelect: () => onWork({ kind: 'move', unit }) },
    { kind: 'divider', key: 'd' },
    { key: 'delete', icon: 'trash', danger: true, disabled: blocked !== null, hint: blocked ? t(`units.blocked.${blocked}`) : undefined, label: t('common.delete'), onSelect: () => onWork({ kind: 'delete', unit }) },
  ];
}
