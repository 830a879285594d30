import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Page, PersonView } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Person } from '@/ui/Avatar';
import { Button } from '@/ui/Button';
import { Facts } from '@/ui/PageHeader';
import { Empty, ErrorState, SkeletonLines } from '@/ui/States';
import { StatusDot } from '@/ui/Tag';
import { STATUS_HUE } from './person-columns';
import { blocksDelete, countBelow, findNode, pathTo, totalMembers, type UnitNode } from './unit-tree';
import type { UnitWork } from './UnitsPage';

/** The chosen unit: what can be done with it, and who is in it. */
export function UnitDetail({ node, tree, onWork }: { node: UnitNode; tree: readonly UnitNode[]; onWork: (work: UnitWork) => void }) {
  const { t } = useTranslation();
  const { pick, number } = useFormats();
  const unit = node.data;
  const members = useQuery({ queryKey: ['people', 'unit', unit.id], queryFn: () => api.get<Page<PersonView>>('/people', { query: { unit: unit.id, limit: 200 } }), enabled: unit.members > 0 });
  const blocked = blocksDelete(node);
  const nameOf = (id: string): string => { const found = findNode(tree, id); return found ? pick({ zh: found.data.name_zh, en: found.data.name_en }) : ''; };
  const above = pathTo(tree, unit.id).slice(0, -1).map(nameOf);
  const people = (members.data?.items ?? []).filter((one) => one.status !== 'left');
  return (
    <div className="kd-unit-detail">
      <div>
        {above.length > 0 ? <p className="kd-faint">{above.join(' / ')}</p> : null}
        <h2>{nameOf(unit.id)}</h2>
      </div>
      <div className="kd-unit-tools">
        <Button size="small" icon="plus" onClick={() => onWork({ kind: 'add', parent: unit })}>{t('units.addBelow')}</Button>
        <Button size="small" icon="edit" onClick={() => onWork({ kind: 'rename', unit })}>{t('units.rename')}</Button>
        <Button size="small" icon="arrow-right" onClick={() => onWork({ kind: 'move', unit })}>{t('units.move')}</Button>
        <Button size="small" icon="trash" disabled={blocked !== null} onClick={() => onWork({ kind: 'delete', unit })}>{t('common.delete')}</Button>
      </div>
      {blocked ? <p className="kd-faint">{t(`units.blockedText.${blocked}`)}</p> : null}
      <Facts items={[{ label: t('units.direct'), value: number(unit.members) }, { label: t('units.withBelow'), value: number(totalMembers(node)) }, { label: t('units.below'), value: number(countBelow(node)) }]} />
      {unit.members === 0 || (members.data && people.length === 0) ? (
        <Empty compact icon="users" title={t('units.nobody')}>{t('units.nobodyText')}</Empty>
      ) : members.error ? (
        <ErrorState compact error={members.error} onRetry={() => void members.refetch()} />
      ) : !members.data ? (
        <SkeletonLines lines={5} />
      ) : (
        <ul className="kd-members">
          {people.map((one) => (
            <li key={one.id}>
              <Link to="/people" search={{ id: one.id }}><Person name={one.name} /></Link>
              <span className="kd-faint kd-truncate">{one.title}</span>
              {one.status === 'active' ? null : <StatusDot hue={STATUS_HUE[one.status]} hollow>{t(`people.status.${one.status}`)}</StatusDot>}
            </li>
          ))}
          {members.data.next ? <li><Link to="/people" search={{ unit: unit.id }}>{t('units.all')}</Link></li> : null}
        </ul>
      )}
    </div>
  );
}
