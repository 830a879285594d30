/** Texts that are taken elsewhere: links, hashes, notes. */
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './Button';
import './copy.css';

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const copy = (): void => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true);
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => setCopied(false), 1600);
    }, () => undefined);
  };
  return (
    <>
      <IconButton size="small" icon={copied ? 'check' : 'copy'} label={copied ? t('common.copied') : (label ?? t('common.copy'))} tooltip={false} onClick={copy} />
      <span role="status" className="kd-visually-hidden">{copied ? t('common.copied') : ''}</span>
    </>
  );
}

/** A long technical text in short form; the whole is one click away. */
export function CopyCode({ text, short = 8, label }: { text: string; short?: number; label?: string }) {
  return (
    <span className="kd-copycode">
      <code title={text}>{text.length > short * 2 + 1 ? `${text.slice(0, short)}…${text.slice(-4)}` : text}</code>
      <CopyButton text={text} label={label} />
    </span>
  );
}

/** A text of several lines with its copy button, in full. */
export function CopyBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className="kd-copyblock">
      <pre tabIndex={0} aria-label={label}>{text}</pre>
      <CopyButton text={text} label={label} />
    </div>
  );
}
