import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useObjects } from '@/api/queries';
import type { DuplicateHint } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Notice } from '@/ui/PageHeader';

/** Names the owner of a matching record; its content only where the person may see it anyway. */
export function Duplicates({ matches, strict }: { matches: readonly DuplicateHint[]; strict: boolean }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const objects = useObjects();
  return (
    <Notice tone={strict ? 'danger' : 'warning'} title={strict ? t('duplicate.strict') : t('duplicate.title')}>
      <ul className="kd-duplicates">
        {matches.map((match, at) => {
          const object = objects.find((one) => one.key === match.object);
          const field = object?.fields.find((one) => one.key === match.field);
          return (
            <li key={at}>
              {t('duplicate.same', { object: object ? pick(object) : match.object, field: field ? pick(field) : match.field })}
              {match.record ? <Link to="/o/$object/$id" params={{ object: match.object, id: match.record.id }} target="_blank">{match.record.title ?? t('record.hiddenTitle')}</Link> : null}
              <span className="kd-muted">{match.owner ? t('duplicate.owner', { name: match.owner.name }) : t('duplicate.noOwner')}</span>
            </li>
          );
        })}
      </ul>
    </Notice>
  );
}
