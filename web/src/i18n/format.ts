/** Numbers, money, times and labels in the language of the page. */
import { useMemo } from 'react';
import { usePreferences, type Language } from '@/theme/preferences';

export interface Formats {
  language: Language;
  number: (value: number) => string;
  /** `minor` counts the smallest unit of CNY. */
  money: (minor: number) => string;
  /** Money in short form for heads and sums. */
  moneyShort: (minor: number) => string;
  date: (iso: string) => string;
  dateTime: (iso: string) => string;
  /** Distance to now in words, exact time after a week. */
  ago: (iso: string) => string;
  bytes: (n: number) => string;
  /** Name of an object inside a sentence. */
  noun: (object: { zh: string; en: string }) => string;
  /** Picks the text of the language. */
  pick: (both: { zh: string; en: string } | null | undefined) => string;
}

function make(language: Language): Formats {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 4 });
  const money = new Intl.NumberFormat(language, { style: 'currency', currency: 'CNY', currencyDisplay: 'narrowSymbol', minimumFractionDigits: 2 });
  const short = new Intl.NumberFormat(language, { style: 'currency', currency: 'CNY', currencyDisplay: 'narrowSymbol', notation: 'compact', maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  const pad = (value: number): string => String(value).padStart(2, '0');
  const day = (at: Date): string => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  const date = (iso: string): string => (iso.length === 10 ? iso : day(new Date(iso)));
  const dateTime = (iso: string): string => {
    const at = new Date(iso);
    return Number.isNaN(at.getTime()) ? iso : `${day(at)} ${pad(at.getHours())}:${pad(at.getMinutes())}`;
  };
  return {
    language,
    number: (value) => number.format(value),
    money: (minor) => money.format(minor / 100),
    moneyShort: (minor) => short.format(minor / 100),
    date,
    dateTime,
    ago: (iso) => {
      const minutes = Math.round((new Date(iso).getTime() - Date.now()) / 60_000);
      if (Number.isNaN(minutes)) return iso;
      if (Math.abs(minutes) < 60) return relative.format(minutes, 'minute');
      if (Math.abs(minutes) < 36 * 60) return relative.format(Math.round(minutes / 60), 'hour');
      if (Math.abs(minutes) < 8 * 24 * 60) return relative.format(Math.round(minutes / 1440), 'day');
      return date(iso);
    },
    bytes: (n) => (n < 1024 ? `${n} B` : n < 1024 * 1024 ? `${number.format(Math.round(n / 102.4) / 10)} KB` : `${number.format(Math.round(n / 104857.6) / 10)} MB`),
    noun: (object) => (language === 'en' ? object.en.toLowerCase() : object.zh),
    pick: (both) => (both ? (language === 'en' ? both.en : both.zh) : ''),
  };
}

export function useFormats(): Formats {
  const { language } = usePreferences();
  return useMemo(() => make(language), [language]);
}
