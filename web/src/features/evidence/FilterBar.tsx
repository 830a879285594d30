/** The questions an auditor asks: who, what, on which record, when, and how it ended. */
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useObjects } from '@/api/queries';
import { useFormats } from '@/i18n/format';
import { useNames } from '@/i18n/names';
import { Button } from '@/ui/Button';
import { Field, TextInput } from '@/ui/Field';
import { Icon, type IconName } from '@/ui/icons';
import { Menu, type MenuItem } from '@/ui/Menu';
import { Popover } from '@/ui/Popover';
import { codeKey, FAMILIES, SINGLE_ACTIONS } from './actions';
import { dayOf, isFiltered, parseRecord, RANGES, type EvidenceSearch } from './filters';
import { usePeopleNames } from './useEvidence';

const DateInput = lazy(() => import('@/ui/DateInput').then((module) => ({ default: module.DateInput })));
const PersonPicker = lazy(() => import('@/features/records/Pickers').then((module) => ({ default: module.PersonPicker })));
const BUILT_IN = ['lead', 'account', 'contact', 'opportunity', 'follow_up'];

interface FilterBarProps { search: EvidenceSearch; onChange: (patch: EvidenceSearch) => void; onClear: () => void }

export function FilterBar({ search, onChange, onClear }: FilterBarProps) {
  const { t } = useTranslation();
  const names = useNames();
  const objects = useObjects();
  const keys = objects.length > 0 ? objects.map((one) => one.key) : BUILT_IN;
  const kinds: MenuItem[] = [
    { key: 'all', label: t('evidence.filter.anyObject'), checked: !search.object, onSelect: () => onChange({ object: undefined }) },
    ...keys.map((key): MenuItem => ({ key, label: names.object(key).one, checked: search.object === key, onSelect: () => onChange({ object: key }) })),
  ];
  const outcomes: MenuItem[] = [undefined, 'ok' as const, 'refused' as const, 'failed' as const].map((one) => ({ key: one ?? 'all', label: one ? t(`evidence.outcome.${one}`) : t('evidence.filter.anyOutcome'), checked: search.outcome === one, onSelect: () => onChange({ outcome: one }) }));
  return (
    <div className="kd-evidence-filter" role="search" aria-label={t('evidence.filter.label')}>
      <PersonFilter value={search.person ?? null} onChange={(person) => onChange({ person })} />
      <ActionFilter value={search.action ?? null} onChange={(action) => onChange({ action })} />
      <Menu items={kinds}><Pill on={Boolean(search.object)}>{search.object ? names.object(search.object).one : t('evidence.filter.object')}</Pill></Menu>
      <RecordFilter search={search} onChange={onChange} />
      <TimeFilter search={search} onChange={onChange} />
      <Menu items={outcomes}><Pill on={Boolean(search.outcome)}>{search.outcome ? t(`evidence.outcome.${search.outcome}`) : t('evidence.filter.outcome')}</Pill></Menu>
      <button type="button" className="kd-pill" aria-pressed={search.sensitive === 'yes'} onClick={() => onChange({ sensitive: search.sensitive ? undefined : 'yes' })}><Icon name="lock" size={14} />{t('evidence.filter.sensitive')}</button>
      {isFiltered(search) ? <Button kind="quiet" size="small" onClick={onClear}>{t('evidence.clear')}</Button> : null}
    </div>
  );
}

/** A filter as a pill: outlined when it asks nothing, tinted when it does. */
function Pill({ on, children, ...rest }: { on: boolean; children: React.ReactNode; 'aria-haspopup'?: 'menu' | 'dialog'; 'aria-expanded'?: boolean }) {
  return <button type="button" aria-haspopup="menu" {...rest} className={on ? 'kd-pill kd-pill-on' : 'kd-pill'}><span className="kd-truncate">{children}</span><Icon name="chevron-down" size={13} /></button>;
}

function PersonFilter({ value, onChange }: { value: string | null; onChange: (person: string | undefined) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const nameOf = usePeopleNames();
  const name = value ? (nameOf(value) ?? value.slice(0, 8)) : null;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t('evidence.filter.person')}
      content={<div className="kd-filter-pop"><Field label={t('evidence.filter.person')}><Suspense fallback={null}><PersonPicker value={value} initialName={name} allowClear autoFocus onChange={(next) => { onChange(next ?? undefined); setOpen(false); }} /></Suspense></Field></div>}
    >
      <Pill on={value !== null} aria-haspopup="dialog" aria-expanded={open}>{name ?? t('evidence.filter.person')}</Pill>
    </Popover>
  );
}

/** Whole families on one side, the actions most asked for on the other. */
function ActionFilter({ value, onChange }: { value: string | null; onChange: (action: string | undefined) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const label = (code: string): string => t(`evidence.family.${codeKey(code)}`, { defaultValue: t(`evidence.action.${codeKey(code)}`, { defaultValue: code }) });
  const choice = (code: string | undefined, text: string, icon?: IconName) => (
    <button key={code ?? 'any'} type="button" role="radio" aria-checked={(value ?? undefined) === code} className="kd-menu-item kd-choice" onClick={() => { onChange(code); setOpen(false); }}>
      {icon ? <Icon name={icon} /> : null}
      <span className="kd-truncate kd-grow">{text}</span>
      {(value ?? undefined) === code ? <Icon name="check" size={14} className="kd-menu-check" /> : null}
    </button>
  );
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t('evidence.filter.action')}
      content={
        <div className="kd-actions-pop" role="radiogroup" aria-label={t('evidence.filter.action')}>
          <div>{choice(undefined, t('evidence.filter.anyAction'), 'activity')}{FAMILIES.map((one) => choice(one.key, label(one.key), one.icon))}</div>
          <div><div className="kd-menu-title">{t('evidence.filter.single')}</div>{SINGLE_ACTIONS.map((one) => choice(one, label(one)))}</div>
        </div>
      }
    >
      <Pill on={value !== null} aria-haspopup="dialog" aria-expanded={open}>{value ? label(value) : t('evidence.filter.action')}</Pill>
    </Popover>
  );
}

function RecordFilter({ search, onChange }: { search: EvidenceSearch; onChange: (patch: EvidenceSearch) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  useEffect(() => { if (open) { setText(search.record ?? ''); setWrong(false); } }, [open, search.record]);
  const apply = (): void => {
    if (text.trim() === '') {
      onChange({ record: undefined });
    } else {
      const found = parseRecord(text);
      if (!found) return setWrong(true);
      onChange(found);
    }
    setOpen(false);
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t('evidence.filter.record')}
      content={
        <form className="kd-filter-pop kd-stack" onSubmit={(event) => { event.preventDefault(); apply(); }}>
          <Field label={t('evidence.filter.record')} help={t('evidence.filter.recordHelp')} error={wrong ? t('evidence.filter.recordWrong') : undefined}>
            <TextInput value={text} onChange={(next) => { setText(next); setWrong(false); }} placeholder={t('evidence.filter.recordPlaceholder')} autoFocus allowClear />
          </Field>
          <div className="kd-row"><span className="kd-end" /><Button kind="primary" size="small" type="submit">{t('filter.apply')}</Button></div>
        </form>
      }
    >
      <Pill on={Boolean(search.record)} aria-haspopup="dialog" aria-expanded={open}>{search.record ? t('evidence.filter.recordOn', { id: search.record.slice(-6) }) : t('evidence.filter.record')}</Pill>
    </Popover>
  );
}

/** `2026-11-01 – 2026-11-23`, or one open end; the days as the language writes them. */
function customSpan({ from, to }: EvidenceSearch, t: ReturnType<typeof useTranslation>['t'], date: (day: string) => string): string {
  if (from && to) return from === to ? date(from) : `${date(from)} – ${date(to)}`;
  if (from) return t('evidence.range.since', { day: date(from) });
  return to ? t('evidence.range.until', { day: date(to) }) : t('evidence.range.custom');
}

function TimeFilter({ search, onChange }: { search: EvidenceSearch; onChange: (patch: EvidenceSearch) => void }) {
  const { t } = useTranslation();
  const { date } = useFormats();
  const [open, setOpen] = useState(false);
  const today = dayOf(new Date());
  const label = search.range === 'custom' ? customSpan(search, t, date) : search.range ? t(`evidence.range.${search.range}`) : t('evidence.filter.time');
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t('evidence.filter.time')}
      content={
        <div className="kd-filter-pop kd-stack">
          <div className="kd-chips" role="radiogroup" aria-label={t('evidence.filter.time')}>
            {[undefined, ...RANGES].map((one) => (
              <button key={one ?? 'any'} type="button" role="radio" aria-checked={search.range === one} className="kd-chip" onClick={() => { onChange(one === 'custom' ? { range: one, from: search.from ?? today, to: search.to ?? today } : { range: one, from: undefined, to: undefined }); if (one !== 'custom') setOpen(false); }}>
                {one ? t(`evidence.range.${one}`) : t('evidence.range.any')}
              </button>
            ))}
          </div>
          {search.range === 'custom' ? (
            <div className="kd-form-grid">
              <Field label={t('filter.from')}><Suspense fallback={null}><DateInput value={search.from ?? null} onChange={(from) => onChange({ from: from ?? undefined })} /></Suspense></Field>
              <Field label={t('filter.to')}><Suspense fallback={null}><DateInput value={search.to ?? null} onChange={(to) => onChange({ to: to ?? undefined })} /></Suspense></Field>
            </div>
          ) : null}
        </div>
      }
    >
      <Pill on={Boolean(search.range)} aria-haspopup="dialog" aria-expanded={open}>{label}</Pill>
    </Popover>
  );
}
