import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useObjects } from '@/api/queries';
import type { ObjectView, SignedIn } from '@/api/types';
import { objectIcon } from '@/app/icons';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';

const CreateDrawer = lazy(() => import('@/features/record/CreateDrawer').then((module) => ({ default: module.CreateDrawer })));
const OFFERED = ['follow_up', 'lead', 'contact'];

/** What is begun most often, without leaving the page first. */
export function QuickActions({ me }: { me: SignedIn }) {
  const { t } = useTranslation();
  const { noun } = useFormats();
  const navigate = useNavigate();
  const objects = useObjects();
  const [creating, setCreating] = useState<ObjectView | null>(null);
  const offered = OFFERED.flatMap((key) => {
    const object = objects.find((one) => one.key === key);
    return object && me.objects.some((one) => one.key === key && one.actions.includes('create')) ? [object] : [];
  });
  return (
    <div className="kd-quick">
      {offered.map((object, at) => (
        <Button key={object.key} kind={at === 0 ? 'primary' : 'default'} icon={objectIcon(object)} onClick={() => setCreating(object)}>{object.key === 'follow_up' ? t('home.writeFollowUp') : t('list.create', { name: noun(object) })}</Button>
      ))}
      {creating ? (
        <Suspense fallback={null}>
          <CreateDrawer object={creating} onClose={() => setCreating(null)} onCreated={(record) => { setCreating(null); void navigate({ to: '/o/$object/$id', params: { object: record.object, id: record.id } }); }} />
        </Suspense>
      ) : null}
    </div>
  );
}
