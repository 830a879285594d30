import type { ObjectView, RecordView } from '@/api/types';
export function CreateDrawer(_props: { object: ObjectView; onClose: () => void; onCreated: (record: RecordView) => void }) {
  return null;
}
