import { memo, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { EvidenceItem } from '@/api/types';
import { Icon } from '@/ui/icons';
import { Tag } from '@/ui/Tag';
import { lookOf } from './actions';
import { EventDetails } from './EventDetails';
import type { EvidenceSearch } from './filters';
import { sentence, type Words } from './sentence';

interface EventRowProps { event: EvidenceItem; words: Words; open: boolean; onToggle: (seq: number) => void; onFilter: (patch: EvidenceSearch) => void }

export const EventRow = memo(function EventRow({ event, words, open, onToggle, onFilter }: EventRowProps) {
  const { t } = useTranslation();
  const panel = useId();
  const look = lookOf(event.action);
  const said = sentence(event, words);
  const bad = event.outcome !== 'ok';
  return (
    <article className={open ? 'kd-event kd-event-open' : 'kd-event'}>
      <button type="button" className="kd-event-line" aria-expanded={open} aria-controls={open ? panel : undefined} onClick={() => onToggle(event.seq)}>
        <time dateTime={event.at}>{timeOf(event.at)}</time>
        <span className={`kd-event-icon kd-hue-${bad ? 'rose' : look.hue}`}><Icon name={look.icon} size={14} /></span>
        <span className="kd-event-text">
          <strong>{said.actor}</strong>{' '}
          {said.parts.map((part, at) => (part.strong ? <b key={at}>{part.text}</b> : <span key={at}>{part.text}</span>))}
          {said.purpose ? <>{' '}<span className="kd-event-purpose">— {t('evidence.purpose', { purpose: said.purpose })}</span></> : null}
        </span>
        <span className="kd-event-end">
          {event.sensitive ? <Icon name="lock" size={13} label={t('evidence.sensitive')} className="kd-event-lock" /> : null}
          {bad ? <Tag hue={event.outcome === 'refused' ? 'amber' : 'rose'}>{t(`evidence.outcome.${event.outcome}`, { defaultValue: event.outcome })}</Tag> : null}
          <span className="kd-event-seq">#{event.seq}</span>
          <Icon name="chevron-down" size={14} className="kd-event-twist" />
        </span>
      </button>
      {open ? <div id={panel} className="kd-event-more"><EventDetails event={event} words={words} onFilter={onFilter} /></div> : null}
    </article>
  );
});

function timeOf(iso: string): string {
  const at = new Date(iso);
  const pad = (n: number): string => String(n).padStart(2, '0');
  return Number.isNaN(at.getTime()) ? '' : `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
}
