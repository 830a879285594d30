import { useTranslation } from 'react-i18next';
import type { RecordView } from '@/api/types';
import { IconButton } from '@/ui/Button';
import { toggleSort } from '@/ui/grid/GridHeader';
import type { GridColumn, GridSort } from '@/ui/grid/types';
import { Icon } from '@/ui/icons';
import { Menu } from '@/ui/Menu';

/** The order of cards, which have no heads to press; pressing the same again turns it round. */
export function SortMenu({ columns, sort, onSort }: { columns: readonly GridColumn<RecordView>[]; sort: readonly GridSort[]; onSort: (sort: GridSort[] | undefined) => void }) {
  const { t } = useTranslation();
  const items = columns.filter((column) => column.sortable).map((column) => {
    const sorted = sort.find((one) => one.field === column.key);
    const next = toggleSort(sorted ? [sorted] : [], column.key, false);
    return {
      key: column.key,
      label: column.title,
      checked: Boolean(sorted),
      hint: sorted ? <Icon name={sorted.descending ? 'arrow-down' : 'arrow-up'} size={14} label={t(sorted.descending ? 'grid.sortDescending' : 'grid.sortAscending')} /> : null,
      onSelect: () => onSort(next.length > 0 ? next : undefined),
    };
  });
  if (items.length === 0) return null;
  return (
    <Menu placement="bottomRight" items={[{ kind: 'group', key: 'sort', label: t('grid.sortBy'), items }]}>
      <IconButton icon="sort" label={t('grid.sortBy')} aria-haspopup="menu" tooltip={false} />
    </Menu>
  );
}
