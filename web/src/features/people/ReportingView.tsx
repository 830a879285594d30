/** Reporting lines: a manager sees what those below own, so the tree is also a map of access. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/i18n/format';
import { useUnitName } from '@/i18n/names';
import { Person } from '@/ui/Avatar';
import { Notice } from '@/ui/PageHeader';
import { Empty, ErrorState, PageSkeleton } from '@/ui/States';
import { StatusDot } from '@/ui/Tag';
import { Tree } from '@/ui/Tree';
import { branchIds } from '@/ui/tree-model';
import { STATUS_HUE } from './person-columns';
import { buildReporting, countBelow, lostManager } from './unit-tree';
import { everybodyQuery } from './usePeople';

export function ReportingView() {
  const { t } = useTranslation();
  const { number } = useFormats();
  const unitName = useUnitName();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(everybodyQuery);
  const tree = useMemo(() => buildReporting(data ?? []), [data]);
  const lost = useMemo(() => new Set(tree.filter(lostManager).map((one) => one.id)), [tree]);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const branches = useMemo(() => branchIds(tree), [tree]);
  const open = useMemo(() => new Set(branches.filter((id) => !closed.has(id))), [branches, closed]);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <PageSkeleton />;
  if (tree.length === 0) return <Empty icon="users" title={t('people.empty')}>{t('people.emptyText')}</Empty>;
  return (
    <div className="kd-lines">
      <Notice tone="info">{t('units.linesText')}</Notice>
      <Tree
        label={t('units.lines')}
        nodes={tree}
        open={open}
        onOpen={(next) => setClosed(new Set(branches.filter((id) => !next.has(id))))}
        selected={null}
        onSelect={(id) => void navigate({ to: '/people', search: { id } })}
        text={(node) => node.data.name}
        render={(node) => (
          <>
            <Person name={node.data.name} />
            <span className="kd-faint kd-truncate">{[node.data.title, unitName(node.data.unit)].filter(Boolean).join(' · ')}</span>
            {lost.has(node.id) ? <StatusDot hue="amber">{t('units.lostManager')}</StatusDot> : null}
            {node.data.status === 'active' ? null : <StatusDot hue={STATUS_HUE[node.data.status]} hollow>{t(`people.status.${node.data.status}`)}</StatusDot>}
            {node.children.length > 0 ? <span className="kd-unit-count kd-end">{node.children.length === countBelow(node) ? t('units.reports', { n: number(node.children.length) }) : t('units.reportsAll', { n: number(node.children.length), all: number(countBelow(node)) })}</span> : null}
          </>
        )}
      />
    </div>
  );
}
