/** Everything an event holds, and the proof that it is in the log. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { deviceName } from '@/api/device';
import type { EvidenceItem } from '@/api/types';
import { useFormats } from '@/i18n/format';
import { Button } from '@/ui/Button';
import { CopyBlock, CopyCode } from '@/ui/Copy';
import { Icon } from '@/ui/icons';
import { Facts, Notice } from '@/ui/PageHeader';
import { ErrorState, SkeletonLines } from '@/ui/States';
import { Tag } from '@/ui/Tag';
import { codeKey } from './actions';
import { readDetails, type QueryShape } from './details';
import type { EvidenceSearch } from './filters';
import type { Words } from './sentence';
import { proofQuery, usePeopleNames } from './useEvidence';

export function EventDetails({ event, words, onFilter }: { event: EvidenceItem; words: Words; onFilter: (patch: EvidenceSearch) => void }) {
  const { t } = useTranslation();
  const { dateTime, number } = useFormats();
  const nameOf = usePeopleNames();
  const [proof, setProof] = useState(false);
  const { counts, query, others } = readDetails(event);
  const unreadable = (event as { readable?: boolean }).readable === false;
  const damaged = (event as { damaged?: boolean }).damaged === true;
  const facts: { label: string; value: ReactNode }[] = [
    { label: t('evidence.detail.action'), value: <span title={event.action}>{t(`evidence.action.${codeKey(event.action)}`, { defaultValue: event.action })}</span> },
    { label: t('evidence.detail.at'), value: <span title={event.at}>{dateTime(event.at)}{event.at.slice(16, 19)}</span> },
    { label: t('evidence.detail.network'), value: event.network || t('evidence.detail.unknown') },
    { label: t('evidence.detail.device'), value: event.device ? <span title={event.device}>{deviceName(event.device)}</span> : t('evidence.detail.unknown') },
  ];
  if (event.purpose) facts.push({ label: t('evidence.detail.purpose'), value: words.purpose(event.purpose) });
  if (event.reason) facts.push({ label: t('evidence.detail.reason'), value: event.reason });
  for (const [key, n] of counts) facts.push({ label: t(`evidence.counted.${codeKey(key)}`, { defaultValue: key }), value: number(n) });
  for (const [key, value] of others) facts.push({ label: t(`evidence.named.${codeKey(key)}`, { defaultValue: key }), value: isId(value) ? (nameOf(value) ?? <CopyCode text={value} />) : t(`evidence.action.${codeKey(value)}`, { defaultValue: value }) });
  return (
    <>
      {damaged ? <Notice tone="danger" title={t('evidence.detail.damaged')}>{t('evidence.detail.damagedText')}</Notice> : unreadable ? <Notice tone="privacy" title={t('evidence.detail.erased')}>{t('evidence.detail.erasedText')}</Notice> : null}
      <Facts items={facts} />
      {event.fields.length > 0 ? <div className="kd-event-part"><h3>{t('evidence.detail.fields')}</h3><div className="kd-row kd-row-wrap">{event.fields.map((key) => <Tag key={key}>{words.field(event.object, key)}</Tag>)}</div></div> : null}
      {query ? <QueryView shape={query} object={event.object} words={words} /> : null}
      <div className="kd-event-tools">
        {event.record && event.object ? <Link className="kd-button kd-button-quiet kd-button-small" to="/o/$object/$id" params={{ object: event.object, id: event.record.id }}><Icon name="arrow-right" size={14} />{t('evidence.openRecord')}</Link> : null}
        {event.record ? <Button size="small" kind="quiet" icon="eye" onClick={() => onFilter({ record: event.record?.id, object: event.object ?? undefined })}>{t('evidence.sameRecord')}</Button> : null}
        {event.person ? <Button size="small" kind="quiet" icon="user" onClick={() => onFilter({ person: event.person?.id })}>{t('evidence.samePerson', { name: event.person.name })}</Button> : null}
        <Button size="small" kind="quiet" icon="shield-check" aria-expanded={proof} onClick={() => setProof(!proof)}>{t('evidence.proof.show')}</Button>
      </div>
      {proof ? <Proof seq={event.seq} /> : null}
    </>
  );
}

const isId = (value: string): boolean => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value);

/** By what was searched; never what was searched for. */
function QueryView({ shape, object, words }: { shape: QueryShape; object: string | null; words: Words }) {
  const { t } = useTranslation();
  const sort = shape.sort.map((key) => words.field(object, key.replace(/^[-+]/, '')));
  return (
    <div className="kd-event-part">
      <h3>{t('evidence.detail.query')}</h3>
      <div className="kd-row kd-row-wrap">
        {shape.search ? <Tag hue="blue">{t('evidence.detail.search')}</Tag> : null}
        {shape.conditions.map(([key, op], at) => <Tag key={at} hue="blue">{words.field(object, key)} {t(`filter.op.${op}`, { defaultValue: op })} …</Tag>)}
        {sort.length > 0 ? <Tag>{t('evidence.detail.sort', { fields: sort.join(t('common.listGap')) })}</Tag> : null}
        {!shape.search && shape.conditions.length === 0 && sort.length === 0 ? <span className="kd-faint">{t('evidence.detail.everything')}</span> : null}
      </div>
    </div>
  );
}

function Proof({ seq }: { seq: number }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { data, error, refetch } = useQuery(proofQuery(seq));
  if (error) return <ErrorState compact error={error} onRetry={() => void refetch()} />;
  if (!data) return <div className="kd-proof"><SkeletonLines lines={4} /></div>;
  const note = typeof data.checkpoint === 'string' ? data.checkpoint : ((data.checkpoint as { note?: string } | null)?.note ?? null);
  const place = t('evidence.proof.place', { n: number((data.index ?? seq) + 1), size: number(data.size) });
  return (
    <div className="kd-proof">
      <Notice tone={data.verified ? 'success' : 'danger'} title={t(data.verified ? 'evidence.proof.good' : 'evidence.proof.bad')}>{t(data.verified ? 'evidence.proof.goodText' : 'evidence.proof.badText', { size: number(data.size) })}</Notice>
      {data.verified ? (
        <ul className="kd-checks">
          {[t('evidence.proof.recorded', { place }), t('evidence.proof.same'), t('evidence.proof.signed', { size: number(data.size) })].map((text) => <li key={text}><Icon name="check" size={15} />{text}</li>)}
        </ul>
      ) : null}
      <details className="kd-proof-raw">
        <summary>{t('evidence.proof.raw')}</summary>
        <p className="kd-muted">{t('evidence.proof.rawText')}</p>
        <Facts
          items={[
            { label: t('evidence.proof.index'), value: place },
            { label: t('evidence.proof.leaf'), value: <CopyCode text={data.leaf} /> },
            { label: t('evidence.proof.root'), value: <CopyCode text={data.root} /> },
          ]}
        />
        <div className="kd-event-part"><h3>{t('evidence.proof.path', { n: data.path.length })}</h3><CopyBlock text={data.path.join('\n')} label={t('evidence.proof.path', { n: data.path.length })} /></div>
        {note ? <div className="kd-event-part"><h3>{t('evidence.proof.checkpoint')}</h3><CopyBlock text={note} label={t('evidence.proof.checkpoint')} /></div> : null}
      </details>
    </div>
  );
}
