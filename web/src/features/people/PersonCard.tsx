import { useTranslation } from 'react-i18next';
import { useFormats } from '@/i18n/format';
import { useUnitName } from '@/i18n/names';
import { Avatar } from '@/ui/Avatar';
import { StatusDot } from '@/ui/Tag';
import { STATUS_HUE } from './person-columns';
import type { PersonRow } from './usePeople';

/** A person on a phone. */
export function PersonCard({ person }: { person: PersonRow }) {
  const { t } = useTranslation();
  const { pick } = useFormats();
  const unitName = useUnitName();
  return (
    <div className="kd-row">
      <Avatar name={person.name} size="large" />
      <div className="kd-grow">
        <div className="kd-row"><strong className="kd-truncate kd-grow">{person.name}</strong>{person.known ? <StatusDot hue={STATUS_HUE[person.status]} hollow={person.status !== 'active'}>{t(`people.status.${person.status}`)}</StatusDot> : null}</div>
        <div className="kd-muted kd-truncate">{[unitName(person.unit), person.title].filter(Boolean).join(' · ')}</div>
        {person.known ? <div className="kd-faint kd-truncate kd-card-foot">{person.roles.length > 0 ? person.roles.map(pick).join(t('common.listGap')) : t('people.noRole')}</div> : null}
      </div>
    </div>
  );
}
