import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Filter, ObjectView } from '@/api/types';
import { Button } from '@/ui/Button';
import { countConditions } from '@/ui/filter/model';
import { Popover } from '@/ui/Popover';

const FilterPanel = lazy(() => import('./FilterPanel').then((module) => ({ default: module.FilterPanel })));

export function FilterButton({ object, value, onChange }: { object: ObjectView; value: Filter | undefined; onChange: (filter: Filter | undefined) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const count = countConditions(value);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      content={<Suspense fallback={null}><FilterPanel object={object} value={value} onApply={(filter) => { onChange(filter); setOpen(false); }} onCancel={() => setOpen(false)} /></Suspense>}
    >
      <Button kind="quiet" icon="filter" aria-haspopup="dialog" aria-expanded={open} aria-pressed={count > 0}>{count > 0 ? t('filter.buttonCount', { n: count }) : t('filter.button')}</Button>
    </Popover>
  );
}
