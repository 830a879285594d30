/**
 * Says in one sentence what an event was: who, what was done to what, and what for.
 * It names fields and counts records; no value ever enters it.
 */
import type { EvidenceItem } from '@/api/types';
import { codeKey } from './actions';

export interface Part { text: string; strong: boolean }
export interface Sentence {
  /** Who acted, or the program itself. */
  actor: string;
  parts: Part[];
  purpose: string | null;
}

/** What the sentence needs to know of the page around it. */
export interface Words {
  t: (key: string, args?: Record<string, unknown>) => string;
  /** Name of an object for one and for several records. */
  object: (key: string) => { one: string; many: string };
  field: (object: string | null, key: string) => string;
  purpose: (code: string) => string;
  /** Name of the person with this id; undefined when nobody is known. */
  person: (id: string) => string | undefined;
  number: (n: number) => string;
}

const OPEN = '\u0001';
const CLOSE = '\u0002';
const MOST_FIELDS = 3;
/** Actions whose name already says that they did not succeed. */
const SAYS_ITSELF = /_failed$|\.refused$/;

export function sentence(event: EvidenceItem, words: Words): Sentence {
  const { t } = words;
  const strong = (text: string): string => `${OPEN}${text}${CLOSE}`;
  const what = subject(event, words);
  const fields = fieldNames(event, words);
  const action = t(`evidence.action.${codeKey(event.action)}`, { defaultValue: event.action });
  const values = { what: strong(what), fields: strong(fields || t('evidence.hiddenFields')), action: strong(action) };
  let text: string;
  const key = codeKey(event.action);
  const none = event.action === 'record.list' && event.records_count === 0 ? t('evidence.say.record_list_none', values) : '';
  const said = none || t(`evidence.say.${key}`, { ...values, defaultValue: '' });
  if (event.outcome === 'ok' || (said && SAYS_ITSELF.test(event.action))) {
    const who = concerned(event, words);
    const toldWho = who ? t(`evidence.sayWho.${key}`, { who: strong(who), defaultValue: '' }) : '';
    // Actions without a sentence of their own are named, so that nothing is left out of the stream.
    text = toldWho || said || t('evidence.say.other', values);
  } else {
    const about = [event.object ? what : '', fields].filter(Boolean).join('\u00a0· ');
    text = t(about ? 'evidence.triedAbout' : 'evidence.tried', { action: strong(action), about });
  }
  return {
    actor: event.person?.name ?? t(event.action === 'auth.sign_in_failed' ? 'evidence.someone' : 'evidence.system'),
    parts: split(text),
    purpose: event.purpose ? words.purpose(event.purpose) : null,
  };
}

/** The sentence as plain text, for assistive technology and copies. */
export function plainSentence(one: Sentence, t: Words['t']): string {
  const text = `${one.actor} ${one.parts.map((part) => part.text).join('')}`;
  return one.purpose ? t('evidence.withPurpose', { text, purpose: one.purpose }) : text;
}

/** The person whom an act of administration was about. */
function concerned(event: EvidenceItem, { person }: Words): string | undefined {
  const details = event.details ?? {};
  const id = details['person'] ?? details['to'];
  return typeof id === 'string' ? person(id) : undefined;
}

/** `1 contact`, `12 contacts`, or the bare noun when the event counts nothing. */
function subject(event: EvidenceItem, { t, object, number }: Words): string {
  const names = event.object ? object(event.object) : { one: t('evidence.record'), many: t('evidence.records') };
  const n = event.records_count > 0 ? event.records_count : event.record ? 1 : 0;
  if (n === 0) return names.many;
  return n === 1 ? t('evidence.count.one', { object: names.one }) : t('evidence.count.many', { n: number(n), object: names.many });
}

function fieldNames(event: EvidenceItem, { t, field }: Words): string {
  const names = event.fields.slice(0, MOST_FIELDS).map((key) => field(event.object, key));
  const text = names.join(t('common.listGap'));
  return event.fields.length > names.length ? t('evidence.moreFields', { fields: text, all: event.fields.length }) : text;
}

function split(text: string): Part[] {
  const parts: Part[] = [];
  for (const piece of text.split(OPEN)) {
    const end = piece.indexOf(CLOSE);
    if (end < 0) {
      parts.push({ text: piece, strong: false });
    } else {
      parts.push({ text: piece.slice(0, end), strong: true }, { text: piece.slice(end + 1), strong: false });
    }
  }
  return parts.filter((part) => part.text !== '');
}
