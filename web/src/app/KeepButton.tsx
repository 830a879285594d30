import { useTranslation } from 'react-i18next';
import type { RecordView } from '@/api/types';
import { plainTitle } from '@/features/records/values';
import { StarButton } from '@/ui/StarButton';
import { useFavourites, useKeep } from './at-hand';

/** The star of the record that is open. */
export function KeepButton({ record }: { record: RecordView }) {
  const { t } = useTranslation();
  const keep = useKeep();
  const kept = useFavourites().some((one) => one.id === record.id);
  return <StarButton on={kept} label={t(kept ? 'favourite.remove' : 'favourite.add')} onChange={(next) => keep({ id: record.id, object: record.object, title: plainTitle(record.title) }, next)} />;
}
