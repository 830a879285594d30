/**
 * A value that is hidden until somebody states why it is needed. The plain value lives in this
 * component alone, for the seconds the policy gives, and never enters a cache.
 */
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useText } from '@/i18n/text';
import { Button, IconButton } from './Button';
import { cx } from './classes';
import { Chips, Field, TextInput } from './Field';
import { Icon } from './icons';
import { Popover } from './Popover';
import './masked.css';

export interface Masked {
  text: string | null;
  revealable: boolean;
  reason: string;
  ask: string | null;
}

/** The hidden form alone, for lists: padlock and hint. */
export function MaskedText({ value, compact }: { value: Masked; compact?: boolean }) {
  const t = useText();
  const erased = value.reason === 'erased';
  return (
    <span className="kd-masked" title={maskReason(t, value)}>
      <Icon name={erased ? 'trash' : 'lock'} size={12} label={t('masked.hidden')} />
      <span className={value.text ? 'kd-masked-hint' : 'kd-masked-none'}>{value.text ?? (erased ? t('masked.erased') : compact ? '••••' : t('masked.hidden'))}</span>
    </span>
  );
}

type Translate = ReturnType<typeof useText>;

/** Why the value is hidden and who can change that; never an empty place. */
export function maskReason(t: Translate, value: Masked): string {
  if (value.reason === 'erased') return t('masked.reasonErased');
  if (value.revealable) return t('masked.reasonOnDemand');
  const role = value.ask ? t(`masked.ask.${value.ask}`, { defaultValue: t('masked.ask.default') }) : t('masked.ask.default');
  return t('masked.reasonPolicy', { role });
}

export interface MaskedFieldProps {
  label: string;
  value: Masked;
  purposes: readonly { code: string; label: string }[];
  /** Purposes used lately, offered first. */
  recent?: readonly string[];
  seconds: number;
  /** Fetches the plain value; a refusal is shown in place. */
  onReveal: (purpose: { code: string; note?: string }) => Promise<string>;
  /** Counts a copy to the clipboard. */
  onCopied: () => void;
  /** Leads to the rule behind a value that cannot be shown. */
  onWhy?: () => void;
}

export function MaskedField({ label, value, purposes, recent = [], seconds, onReveal, onCopied, onWhy }: MaskedFieldProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [plain, setPlain] = useState<string | null>(null);
  const [left, setLeft] = useState(0);
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (plain === null) return undefined;
    const end = Date.now() + seconds * 1000;
    setLeft(seconds);
    const hide = (): void => setPlain(null);
    const timer = window.setInterval(() => {
      const rest = Math.ceil((end - Date.now()) / 1000);
      if (rest <= 0) hide();
      else setLeft(rest);
    }, 250);
    // A page in the background shows nothing in the application switcher.
    const onVisibility = (): void => void (document.hidden && hide());
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [plain, seconds]);

  const copy = async (): Promise<void> => {
    if (plain === null) return;
    await navigator.clipboard.writeText(plain);
    onCopied();
    setCopied(true);
    window.setTimeout(() => setCopied(false), 1500);
  };

  if (plain !== null) {
    return (
      <span className="kd-masked kd-masked-open">
        <span className={cx('kd-masked-plain', plain.length <= 24 && 'kd-masked-short')}>{plain}</span>
        <span className="kd-masked-tools">
          <Countdown left={left} total={seconds} />
          <IconButton size="small" icon={copied ? 'check' : 'copy'} label={copied ? t('masked.copied') : t('masked.copy')} onClick={() => void copy()} />
          <IconButton size="small" icon="eye-off" label={t('masked.hideNow')} onClick={() => setPlain(null)} />
        </span>
        <span className="kd-visually-hidden" role="status">{t('masked.shown', { label, seconds })}</span>
      </span>
    );
  }
  return (
    <span className="kd-masked-line">
      <MaskedText value={value} />
      {value.revealable ? (
        <Popover
          open={open}
          onOpenChange={setOpen}
          content={<RevealForm label={label} purposes={purposes} recent={recent} seconds={seconds} onCancel={() => setOpen(false)} onReveal={async (purpose) => { const text = await onReveal(purpose); setOpen(false); setPlain(text); }} />}
        >
          <IconButton size="small" icon="eye" className="kd-masked-eye" label={t('masked.reveal')} tooltip={false} aria-haspopup="dialog" aria-expanded={open} />
        </Popover>
      ) : (
        <span className="kd-masked-why">{maskReason(t, value)}{onWhy && value.reason !== 'erased' ? <> <button type="button" className="kd-masked-rule" onClick={onWhy}>{t('masked.why')}</button></> : null}</span>
      )}
    </span>
  );
}

function Countdown({ left, total }: { left: number; total: number }) {
  const { t } = useTranslation();
  const turn = 2 * Math.PI * 7;
  return (
    <span className="kd-countdown" title={t('masked.hidesIn', { seconds: left })}>
      <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
        <circle cx="9" cy="9" r="7" className="kd-countdown-track" />
        <circle cx="9" cy="9" r="7" className="kd-countdown-left" strokeDasharray={turn} strokeDashoffset={turn * (1 - left / total)} />
      </svg>
      <span className="kd-countdown-text">{left}s</span>
    </span>
  );
}

interface RevealFormProps {
  label: string;
  purposes: MaskedFieldProps['purposes'];
  recent: readonly string[];
  seconds: number;
  onReveal: (purpose: { code: string; note?: string }) => Promise<void>;
  onCancel: () => void;
}

function RevealForm({ label, purposes, recent, seconds, onReveal, onCancel }: RevealFormProps) {
  const { t } = useTranslation();
  const rank = (code: string): number => (recent.includes(code) ? recent.indexOf(code) : 99);
  const ordered = [...purposes].sort((a, b) => rank(a.code) - rank(b.code));
  const [purpose, setPurpose] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>('[role=radio]')?.focus(), []);
  const submit = async (): Promise<void> => {
    if (!purpose || busy) return;
    setBusy(true);
    setError(null);
    try {
      await onReveal({ code: purpose, note: note.trim() || undefined });
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : String(problem));
      setBusy(false);
    }
  };
  return (
    <form ref={form} className="kd-reveal" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      <div>
        <h3>{t('masked.title', { label })}</h3>
        <p className="kd-muted">{t('masked.explain', { seconds })}</p>
      </div>
      <Chips label={t('masked.purpose')} value={purpose} onChange={setPurpose} options={ordered.map((one) => ({ value: one.code, label: one.label }))} />
      <Field label={t('masked.note')} error={error ?? undefined}>
        <TextInput value={note} onChange={setNote} maxLength={200} placeholder={t('masked.notePlaceholder')} />
      </Field>
      <div className="kd-row kd-reveal-foot">
        <Button size="small" onClick={onCancel}>{t('common.cancel')}</Button>
        <Button size="small" kind="primary" type="submit" icon="eye" loading={busy} disabled={!purpose}>{t('masked.show')}</Button>
      </div>
    </form>
  );
}
