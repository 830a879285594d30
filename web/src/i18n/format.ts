/** Numbers, money, times and labels in the language of the page. */
import i18next from 'i18next';
import { usePreferences, type Language } from '@/theme/preferences';

export interface Formats {
  language: Language;
  number: (value: number) => string;
  /** `minor` counts the smallest unit of CNY. */
  money: (minor: number) => string;
  /** Money without cents, for sums that are read at a glance. */
  moneyWhole: (minor: number) => string;
  /** Money in short form for heads and sums; the same number of decimals, so that columns line up. */
  moneyShort: (minor: number) => string;
  date: (iso: string) => string;
  dateTime: (iso: string) => string;
  /** The time of the day; with `withDay` after day and month. */
  time: (iso: string, withDay?: boolean) => string;
  /** Today in words, for a head. */
  weekday: (at: Date) => string;
  /** Distance to now in words, exact time after a week. */
  ago: (iso: string) => string;
  bytes: (n: number) => string;
  /** Name of an object inside a sentence. */
  noun: (object: { zh: string; en: string }) => string;
  /** Picks the text of the language. */
  pick: (both: { zh: string; en: string } | null | undefined) => string;
}

function make(language: Language): Formats {
  const english = language === 'en';
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 4 });
  const money = new Intl.NumberFormat(language, { style: 'currency', currency: 'CNY', currencyDisplay: 'narrowSymbol', minimumFractionDigits: 2 });
  const whole = new Intl.NumberFormat(language, { style: 'currency', currency: 'CNY', currencyDisplay: 'narrowSymbol', maximumFractionDigits: 0 });
  const short = new Intl.NumberFormat(language, { style: 'currency', currency: 'CNY', currencyDisplay: 'narrowSymbol', notation: 'compact', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: english ? 'narrow' : 'short' });
  /** Chinese text sets a figure off by a space, as everywhere on the page. */
  const apart = (text: string): string => text.replace(/^(\d+)(?=[\u4e00-\u9fff])/, '$1 ');
  const pad = (value: number): string => String(value).padStart(2, '0');
  const months = new Intl.DateTimeFormat('en', { month: 'short' });
  const monthDay = (at: Date): string => (english ? `${at.getDate()} ${months.format(at)}` : `${pad(at.getMonth() + 1)}-${pad(at.getDate())}`);
  const day = (at: Date): string => (english ? `${monthDay(at)} ${at.getFullYear()}` : `${at.getFullYear()}-${monthDay(at)}`);
  const clock = (at: Date): string => `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  const date = (iso: string): string => {
    const at = new Date(iso.length === 10 ? `${iso}T00:00:00` : iso);
    return Number.isNaN(at.getTime()) ? iso : day(at);
  };
  const dateTime = (iso: string): string => {
    const at = new Date(iso);
    return Number.isNaN(at.getTime()) ? iso : `${day(at)}${english ? ', ' : ' '}${clock(at)}`;
  };
  return {
    language,
    number: (value) => number.format(value),
    money: (minor) => money.format(minor / 100),
    moneyWhole: (minor) => whole.format(Math.round(minor / 100)),
    moneyShort: (minor) => (minor === 0 ? whole : short).format(minor / 100),
    date,
    dateTime,
    time: (iso, withDay) => {
      const at = new Date(iso);
      return Number.isNaN(at.getTime()) ? iso : withDay ? `${monthDay(at)}${english ? ', ' : ' '}${clock(at)}` : clock(at);
    },
    weekday: (at) => (english ? new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' }).format(at) : `${new Intl.DateTimeFormat('zh-CN', { month: 'long', day: 'numeric' }).format(at)} ${new Intl.DateTimeFormat('zh-CN', { weekday: 'long' }).format(at)}`),
    ago: (iso) => {
      const minutes = Math.round((new Date(iso).getTime() - Date.now()) / 60_000);
      if (Number.isNaN(minutes)) return iso;
      if (minutes === 0) return i18next.t('common.now');
      if (Math.abs(minutes) < 60) return apart(relative.format(minutes, 'minute'));
      if (Math.abs(minutes) < 24 * 60) return apart(relative.format(Math.round(minutes / 60), 'hour'));
      if (Math.abs(minutes) < 8 * 24 * 60) return apart(relative.format(Math.round(minutes / 1440), 'day'));
      return date(iso);
    },
    bytes: (n) => (n < 1024 ? `${n} B` : n < 1024 * 1024 ? `${number.format(Math.round(n / 102.4) / 10)} KB` : `${number.format(Math.round(n / 104857.6) / 10)} MB`),
    noun: (object) => (english ? object.en.toLowerCase() : object.zh),
    pick: (both) => (both ? (english ? both.en : both.zh) : ''),
  };
}

/** Made once for a language: the formatters of the browser are dear, and every cell of a list asks for them. */
const made = new Map<Language, Formats>();

export function formatsIn(language: Language): Formats {
  const formats = made.get(language) ?? make(language);
  made.set(language, formats);
  return formats;
}

export const useFormats = (): Formats => formatsIn(usePreferences().language);
